const durationPattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The length of an ISO 8601 duration in days; a month is 31 days, a year 366. Null where `text` is none. */
export function daysOf(text: string): number | null {
  const match = durationPattern.exec(text);
  if (match === null || match.slice(1).every((part) => part === undefined)) return null;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  return years * 366 + months * 31 + weeks * 7 + days + hours / 24 + minutes / 1440 + seconds / 86_400;
}

/** The same with part of a day counted as a whole one, for ages are measured in dates. */
export function wholeDaysOf(text: string): number | null {
  const days = daysOf(text);
  return days === null ? null : Math.ceil(days);
}

const refreshDays: Readonly<Record<string, number>> = { hourly: 1, daily: 1, weekly: 7, monthly: 31 };

/** The largest age in days that a source may have which is refreshed so often; null where nobody says. */
export function refreshDaysOf(freshness: string | null): number | null {
  return freshness === null ? null : (refreshDays[freshness] ?? wholeDaysOf(freshness));
}
