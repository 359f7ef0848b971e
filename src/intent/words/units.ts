/** Words that a column's name ends in to say how its numbers are written, not what they measure. */
export const unitWords: ReadonlySet<string> = new Set(
  `thousand thousands million millions mn mio billion billions bn trillion k usd eur gbp dollar dollars euro euros pound pounds yen cents
  kg kgs g gram grams kilogram kilograms lb lbs mg ton tons tonnes oz km kms kilometer kilometers kilometre kilometres m cm mm meter meters metre metres
  mile miles ft feet foot inch inches sq sqft sqm sqkm acre acres hectare hectares mph kmh kph kt knots kw kwh mw hp watt watts volt volts celsius fahrenheit
  f c pct percent perc percentage sec secs seconds s min mins minutes hrs hours ms days weeks months years liter liters litre litres ml gb mb kb tb mbps utc gmt
  local num`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);

/** Units as people say them behind `in` or a number. Of time are others: they say what a length is told in. */
export const spokenUnits: ReadonlySet<string> = new Set(
  `meter meters metre metres km kilometer kilometers kilometre kilometres cm centimeter centimeters mm mile miles foot feet inch inches acre acres hectare
  hectares kg kilo kilos kilogram kilograms gram grams pound pounds lbs ton tons tonnes liter liters litre litres gallon gallons dollar dollars usd euro euros eur gbp
  percent degrees celsius fahrenheit watts kilowatts volts`
    .split(/\s+/u)
    .filter((word) => word !== ''),
);

/** Units as they are written behind a number. */
export const shortUnits: ReadonlySet<string> = new Set(
  'g mg kg km cm mm m lb lbs oz ft kw kwh mph kmh kph ml ha'.split(' '),
);

/** Words between a measure and its unit: `sales_in_millions`, `cost_per_km` is no such. */
export const unitJoints: ReadonlySet<string> = new Set(['in']);

/** Words that a column's name begins with to say that it counts: `num_employees`, `number_of_rooms`. */
export const countWords: ReadonlySet<string> = new Set([
  'num',
  'number',
  'no',
  'nr',
  'nbr',
  'cnt',
  'count',
  'total',
  'n',
  'qty',
  'tot',
]);
