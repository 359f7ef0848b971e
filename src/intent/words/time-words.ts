import type { TimePart, TimeUnit } from '../../plan/query.js';
import { type OperatorEntry, phrases } from './operator.js';

/** Months by name and abbreviation, 1 to 12. */
export const monthNumbers: ReadonlyMap<string, number> = numbered(
  'january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|december dec',
);

/** Weekdays as `day_name` gives them, by name and abbreviation, singular and plural. */
export const weekdayNames: ReadonlyMap<string, string> = new Map(
  ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].flatMap((name) => {
    const lower = name.toLowerCase();
    const short = lower.slice(0, 3);
    return [lower, `${lower}s`, short, ...(short === 'tue' ? ['tues'] : short === 'thu' ? ['thur', 'thurs'] : [])].map(
      (word) => [word, name] as const,
    );
  }),
);

/** Units of time as people say them. */
export const timeUnits: ReadonlyMap<string, TimeUnit> = unitsOf([
  ['second', 'second seconds'],
  ['minute', 'minute minutes'],
  ['hour', 'hour hours'],
  ['day', 'day days'],
  ['week', 'week weeks'],
  ['month', 'month months'],
  ['quarter', 'quarter quarters'],
  ['year', 'year years'],
]);

/** Short forms of units, understood behind a number only: `min` and `mo` are other words elsewhere. */
export const shortUnits: ReadonlyMap<string, TimeUnit> = unitsOf([
  ['second', 'sec secs s'],
  ['minute', 'min mins'],
  ['hour', 'hr hrs h'],
  ['day', 'd'],
  ['week', 'wk wks w'],
  ['month', 'mo mos mth mths'],
  ['quarter', 'qtr qtrs'],
  ['year', 'yr yrs y'],
]);

function unitsOf(entries: readonly (readonly [TimeUnit, string])[]): ReadonlyMap<string, TimeUnit> {
  return new Map(entries.flatMap(([name, words]) => words.split(' ').map((word) => [word, name] as const)));
}

/** `first` to `twelfth` and `1st` style are numbers in a row; here are those that are spelled. */
export const ordinals: ReadonlyMap<string, number> = numbered(
  'first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth',
);

/** Decades in words: the first year of their century's decade, as `nineties` 90. */
export const decades: ReadonlyMap<string, number> = new Map([
  ['twenties', 20],
  ['thirties', 30],
  ['forties', 40],
  ['fifties', 50],
  ['sixties', 60],
  ['seventies', 70],
  ['eighties', 80],
  ['nineties', 90],
]);

function numbered(text: string): ReadonlyMap<string, number> {
  return new Map(text.split('|').flatMap((words, index) => words.split(' ').map((word) => [word, index + 1] as const)));
}

/** Which side of a period a word before it asks for; `whole` for a stretch to its end. */
export type Side = 'before' | 'until' | 'since' | 'after';

/** Words before a period. Both ends count where people say that they do; `until March` includes March. */
export const sideWords: readonly (readonly [Side, readonly string[]])[] = [
  [
    'since',
    list(
      'since|ever since|starting|starting in|starting on|starting from|starting with|starting at|beginning|beginning in|beginning on|beginning with|beginning from|on or after|in or after|at or after|during or after|on or since|from and after|no earlier than|not earlier than|not before|at the earliest|>=|from at least|dating from|dated from',
    ),
  ],
  ['after', list('after|later than|following|more recent than|newer than|subsequent to|from after|>|post|post -')],
  [
    'until',
    list(
      'until|till|up to|up until|up till|through|thru|on or before|in or before|at or before|during or before|by|no later than|not later than|not after|as of|as at|ending|ending in|ending on|ending with|to the end of|at the latest|<=|through to|up through',
    ),
  ],
  ['before', list('before|prior to|earlier than|preceding|older than|ahead of|up to but not including|<|pre|pre -')],
];

/** Words behind a period that make it the start or the end of a stretch. */
export const trailingSides: readonly (readonly [Side, readonly string[]])[] = [
  [
    'since',
    list(
      'onwards|onward|on|forward|forwards|or later|and later|or after|and after|or newer|and newer|and onwards|and onward|and beyond|and on|to date|to now|to today|to present|to the present|until now|until today|till now|till date|through today|through now|through present|and up|and up to now',
    ),
  ],
  ['until', list('or earlier|and earlier|or before|and before|or older|and older|at the latest|and prior|or prior')],
];

/** Words before which a lone number is no year but an amount. */
export const amountWords: ReadonlySet<string> = new Set(
  list(
    '%|percent|dollars|dollar|usd|euros|euro|eur|pounds|kg|km|miles|meters|metres|feet|people|times|units|points|items|or more|k|m|million|thousand|hundred|billion|rows|records|customers|orders|items|credits|calories|grams|tons|votes|lines',
  ),
);

/** Words after which a lone number may be a year. */
export const yearOpeners: ReadonlySet<string> = new Set(
  list(
    'in|during|of|since|before|after|until|till|for|from|to|throughout|through|thru|the|by|year|years|and|between|or|within|over|as|on|up|mid|early|late|only|than|vs|versus|,|around|circa|onwards|ending|starting|beginning|annum|preceding|following',
  ),
);

/** Words after which a month, quarter or weekday without a year is time that comes around. */
export const recurringOpeners: ReadonlySet<string> = new Set(
  list('in|during|on|of|every|each|any|for|from|between|throughout|within|only|all|through|to|and|or|over|until|by|'),
);

/** Words that name a part of the calendar that comes around, as what to group by. */
export const cycleWords: readonly (readonly [TimePart, readonly string[]])[] = [
  [
    'day_name',
    list('day of week|day of the week|weekday|weekdays|days of the week|days of week|dow|name of day|day name'),
  ],
  ['day_of_month', list('day of month|day of the month|days of the month|dom|calendar day')],
  ['day_of_year', list('day of year|day of the year')],
  ['hour', list('hour of day|hour of the day|hours of the day|time of day|hour of the night')],
  ['minute', list('minute of hour|minute of the hour')],
  ['week', list('week of year|week of the year|week number|calendar week|iso week')],
  ['month_name', list('month of year|month of the year|calendar month|name of month|month name|name of the month')],
  ['quarter', list('quarter of year|quarter of the year|calendar quarter')],
];

/** How a grouping by time is opened: `by month`, `for each month`. */
export const grainOpeners: readonly string[] = list(
  'by|per|into|and bin by|and group by|and binned by|each|every|by each|by every|per each|for each|for every|in each|in every|of each|of every|at each|on each|on every|from each|from every|over each|over every|within each|across each|during each|grouped by|group by|split by|broken down by|aggregated by|summarized by|summarised by|bucketed by|binned by|bin by|and by',
);

/** `which month had the most orders`. */
export const askingOpeners: readonly string[] = list(
  'which|what|in which|in what|on which|on what|during which|during what',
);

/** The units as grains: what people call one, their plural, and the adjective. */
const grains: readonly (readonly [TimeUnit, readonly string[], readonly string[], readonly string[]])[] = [
  ['minute', ['minute'], [], []],
  ['hour', ['hour'], [], ['hourly']],
  ['day', list('day|date|calendar date'), ['days'], list('daily|per diem')],
  ['week', list('week|wk'), ['weeks'], ['weekly']],
  ['month', list('month|year and month|year month|month and year'), ['months'], ['monthly']],
  ['quarter', list('quarter|qtr|year and quarter|quarter and year'), ['quarters'], ['quarterly']],
  ['year', list('year|yr|calendar year'), list('years|calendar years'), list('yearly|annual|annually|per annum')],
  ['fiscal_year', list('fiscal year|financial year'), list('fiscal years|financial years'), []],
];

/** All ways to ask for a grouping by a unit of time, each with its unit. */
export const grainWords: readonly OperatorEntry[] = grains.flatMap(([grain, singular, plural, adjectives]) =>
  phrases(
    { kind: 'grain', unit: grain },
    [
      ...singular.flatMap((name) => [
        ...grainOpeners.map((opener) => `${opener} ${name}`),
        `by the ${name}`,
        `${name} by ${name}`,
        `${name} wise`,
        `at ${name} level`,
        `at the ${name} level`,
        `on a per ${name} basis`,
        `by ${name} interval`,
        `by ${name} intervals`,
        `into ${name} interval`,
        `into ${name} intervals`,
        `into the ${name} interval`,
        `in ${name} intervals`,
      ]),
      // `a day` groups, but `an hour` measures and `a date` is a thing.
      ...(['day', 'week', 'month', 'quarter', 'year'].includes(grain)
        ? ['a', ...askingOpeners].map((opener) => `${opener} ${singular[0] ?? ''}`)
        : []),
      ...plural.flatMap((name) => [`over the ${name}`, `across the ${name}`, `across ${name}`, `over ${name}`]),
      ...plural.flatMap((name) => [`through the ${name}`, `by ${name}`, `throughout the ${name}`]),
      ...adjectives.flatMap((name) => [
        name,
        `on a ${name} basis`,
        `on an ${name} basis`,
        `${name} basis`,
        `at a ${name} level`,
        `at ${name} level`,
        `by ${name}`,
      ]),
    ].join('|'),
  ),
);

/** Units named alone, to be shown or grouped by. */
export const periodWords: readonly OperatorEntry[] = grains.flatMap(([unit, singular]) =>
  unit === 'fiscal_year' || unit === 'minute' || unit === 'hour'
    ? []
    : phrases(
        { kind: 'period', unit },
        singular
          .filter((name, place) => place === 0 || name.startsWith('calendar '))
          .flatMap((name) => [name, `the ${name}`])
          .join('|'),
      ),
);

/** A course over time, by whatever unit. */
export const trendWords: readonly OperatorEntry[] = phrases(
  { kind: 'time_trend' },
  'trend|over time|trend of|trends of|time series of|time series|trends|development of|the trend of|a trend of|trend line|trendline|trend in|trends in|trend for|trend over time|the trend in|through time|across time|as time goes by|over the course of time|historical trend|timeline of|evolution of|how it changed over time|changed over time|evolved over time',
);

/** Short forms of a comparison with the period before, and the unit they compare. */
export const changeShortForms: ReadonlyMap<string, TimeUnit> = new Map([
  ['dod', 'day'],
  ['wow', 'week'],
  ['mom', 'month'],
  ['qoq', 'quarter'],
  ['yoy', 'year'],
]);

function list(text: string): readonly string[] {
  return text.split('|');
}
