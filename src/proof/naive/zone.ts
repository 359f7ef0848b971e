import { dayNumber, floorDivide } from './calendar.js';
import type { Value } from './value.js';

const formats = new Map<string, Intl.DateTimeFormat>();

/** "Zoned timestamps are read as wall-clock time in the plan's `zone`, wherever they are used." Other values stay. */
export function wallClock(value: Value, zone: string): Value {
  if (value?.kind !== 'instant') return value;
  const millis = floorDivide(value.micros, 1000n);
  const parts = new Map(
    formatOf(zone)
      .formatToParts(new Date(Number(millis)))
      .map((part) => [part.type, Number(part.value)]),
  );
  const of = (part: Intl.DateTimeFormatPartTypes): number => parts.get(part) ?? 0;
  const day = dayNumber({ year: of('year'), month: of('month'), day: of('day') });
  const second = ((day * 24 + of('hour')) * 60 + of('minute')) * 60 + of('second');
  const withinSecond = value.micros - floorDivide(value.micros, 1_000_000n) * 1_000_000n;
  return { kind: 'timestamp', micros: BigInt(second) * 1_000_000n + withinSecond };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
}
