import { type Clinic, openTables } from './clinic.js';

/** A row of CSV for each number from 1 to `count`. */
function rows(header: string, count: number, row: (number: number) => string): string {
  return [header, ...Array.from({ length: count }, (_, index) => row(index + 1)), ''].join('\n');
}

const stages = ['repaired', 'repaired', 'resting', 'reserved'];
const soils = ['mossy', 'peaty', 'clayey'];
const kinds = ['sluice', 'fence', 'glass'];

/**
 * A nursery of plants: growers (one without beds), beds (some without a grower, some of one who is not there), their levies,
 * the wardens who look after them through a bridge, and mosses, a table that is called much like a kind of soil.
 */
const tables = {
  growers: 'grower_id,grower_name,valley\n1,Ann,Upper\n2,Bo,Upper\n3,Cy,Lower\n4,Di,Lower\n',
  beds: rows('bed_id,grower_id,stage,soil_kind,plants_set,plants_lost,sown_on', 60, (bed) => {
    const grower = bed % 11 === 0 ? '' : bed % 13 === 0 ? '77' : String(1 + (bed % 3));
    const set = 4 + (bed % 5);
    const day = `2024-0${1 + (bed % 6)}-1${bed % 10}`;
    return `${bed},${grower},${stages[bed % 4]},${soils[bed % 3]},${set},${bed % 4},${day}`;
  }),
  levies: rows('levy_id,bed_id,levy_kind,amount', 90, (levy) => {
    const bed = 1 + ((levy * 7) % 60);
    return `${levy},${bed},${kinds[levy % 3]},${(levy * 37) % 101}.50`;
  }),
  wardens: 'warden_id,warden_name\n1,Eve\n2,Flo\n3,Gus\n4,Hal\n',
  bed_wardens: rows('bed_id,warden_id', 80, (row) => `${1 + (row % 60)},${row > 60 ? 4 : 1 + (row % 3)}`),
  mosses: 'moss_id,moss_name\n1,Cushion\n2,Feather\n',
  bed_mosses: rows('bed_id,moss_id', 20, (row) => `${row * 3},${1 + (row % 2)}`),
} as const;

/** The nursery, scanned. */
export function openNursery(): Promise<Clinic> {
  return openTables(tables, 'terms: []\n');
}
