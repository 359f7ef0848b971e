/**
 * The second sample: a small electricity and gas company whose systems name things their own way
 * (`SvcPtId` here, `svc_pt_id` there), exported as CSV with the habits of several exporters.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Mulberry32: a small generator that gives the same numbers everywhere. */
function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (k) => next() % k;
  return { below, of: (values) => values[below(values.length)], chance: (percent) => below(100) < percent };
}

const dayMs = 86_400_000;
const epoch = Date.UTC(2025, 0, 1);
const isoDay = (days) => new Date(epoch + days * dayMs).toISOString().slice(0, 10);
const isoMinute = (minutes) => `${new Date(epoch + minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ')}`;
const pad = (number, width) => String(number).padStart(width, '0');
const tenths = (number, digits) => `${Math.floor(number / 10 ** digits)}.${pad(number % 10 ** digits, digits)}`;

/** Null is an empty field, the empty text is `""`: exporters that know the difference write it so. */
function csvField(value, delimiter) {
  if (value === null) return '';
  const text = String(value);
  const quoted = text === '' || text.includes(delimiter) || /["\n]/.test(text);
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(header, rows, delimiter = ',') {
  return [header, ...rows].map((row) => `${row.map((value) => csvField(value, delimiter)).join(delimiter)}\n`).join('');
}

const streets = [
  "Rue de l'Église",
  'Lindenstraße',
  'Mill Lane',
  'Avenida João XXIII',
  'Quai du Nord',
  'Åsgatan',
  'Hill Rd',
];
const supplements = ['bât. B', '2nd floor, left', 'rear, "old barn"', 'Hinterhaus', 'flat 4, 1st door'];
const towns = [
  ['01067', 'Altmühl'],
  ['04109', 'Saint-Rémy'],
  ['10115', 'Norrköping'],
  ['99084', 'Old Town'],
];
const districts = ['N', 'E', 'S', 'W'];

function addressRows(random) {
  return Array.from({ length: 320 }, (_, index) => {
    const [postcode, town] = random.of(towns);
    const house = `${1 + random.below(140)}${random.chance(10) ? 'a' : ''}`;
    // A supplement that was asked for and left blank is the empty text; one never asked for is null.
    const supplement = random.chance(25) ? random.of(supplements) : random.chance(40) ? '' : null;
    return [
      5001 + index,
      random.of(streets),
      house,
      supplement,
      postcode,
      town,
      random.chance(4) ? null : random.of(districts),
    ];
  });
}

const substationNames = ['Nord 1', 'Nord 2', 'Hafen', 'Mühlbach', 'Côte-Verte', 'Flughafen', 'West, Ring', 'Zentrum'];

function substationRows(random) {
  return Array.from({ length: 24 }, (_, index) => [
    101 + index,
    `${substationNames[index % substationNames.length]} ${'ABC'[Math.floor(index / substationNames.length)]}`,
    tenths(160 + random.below(24) * 35, 1),
    random.of([110, 20, 20, 10]),
    1962 + random.below(60),
  ]);
}

const rates = [
  ['R1', 'Household, basic', 'E', 3012],
  ['R2', 'Household, night', 'E', 2455],
  ['R3', 'Heat pump', 'E', 2210],
  ['B1', 'Business; small', 'E', 2790],
  ['B2', 'Business; large', 'E', 1985],
  ['ST', 'Street lighting', 'E', 1730],
  ['G1', 'Gas, cooking', 'G', 1290],
  ['G2', 'Gas, heating', 'G', 1075],
  ['R4', 'Household, green', 'E', 3140],
  ['R5', 'Household, fixed 24', 'E', 2965],
  ['EV', 'Charging at home', 'E', 2380],
  ['EV2', 'Charging, public', 'E', 3890],
  ['B3', 'Business; seasonal', 'E', 2644],
  ['AG', 'Farming', 'E', 2299],
  ['AG2', 'Irrigation pumps', 'E', 2050],
  ['G3', 'Gas, industry', 'G', 880],
  ['G4', 'Gas, bio 10 %', 'G', 1340],
  ['T1', 'Temporary site', 'E', 3555],
  ['TM', 'Market "spot"', 'E', 1],
  ['X9', 'Staff (closed)', 'E', 990],
];

function rateRows() {
  return rates.map(([code, name, commodity, price], index) => [
    code,
    name,
    commodity,
    tenths(price, 4),
    tenths(450 + index * 125, 2),
    isoDay(-366),
    code === 'X9' ? isoDay(-31) : null,
  ]);
}

/** Service points: where energy is delivered and where the bill goes are two references to the same table. */
function servicePointRows(random) {
  return Array.from({ length: 260 }, (_, index) => {
    const premises = 5001 + ((index * 37) % 210);
    const billing = random.chance(70) ? premises : random.chance(6) ? null : 5001 + random.below(320);
    const [rate, , commodity] = rates[random.below(rates.length - 3)];
    return [
      `SP${pad(index + 1, 5)}`,
      random.chance(2) ? 5901 + random.below(9) : premises,
      billing,
      101 + random.below(22),
      rate,
      commodity,
      pad(4711 + index * 13, 8),
      isoDay(-4000 + random.below(3900)),
      index % 26 === 25 ? 'D' : 'A',
    ];
  });
}

/** One reading a month for each point: the register runs up, the month's use is its difference. */
function readingRows(random, points) {
  const winter = [150, 140, 120, 100, 80, 65, 60, 62, 78, 105, 128, 146];
  const rows = [];
  for (const [pointIndex, [point]] of points.entries()) {
    if (pointIndex % 40 === 11) continue;
    let register = 1000 + random.below(90_000);
    for (let month = 0; month < 12; month += 1) {
      const usage = Math.floor((winter[month] * (12 + random.below(30))) / 10);
      register += usage;
      if (random.chance(4)) continue;
      const monthEnd = new Date(Date.UTC(2025, month + 1, 0)).toISOString().slice(0, 10);
      const unread = random.chance(2);
      const estimated = unread || random.chance(9) ? 'Y' : 'N';
      const reader = estimated === 'Y' ? null : 11 + random.below(6);
      rows.push([point, monthEnd, unread ? null : `${usage}.${random.below(10)}`, register, estimated, reader]);
    }
  }
  return rows;
}

const causes = ['ST', 'EQ', 'TR', '3P', 'PL'];

/** Outages lie between two substations; the far end is missing for a fault inside one. */
function outageRows(random) {
  return Array.from({ length: 190 }, (_, index) => {
    const begins = Math.floor((index * 365 * 1440) / 190) + random.below(1440);
    const planned = random.chance(18);
    const lasts = planned ? 60 + random.below(300) : 4 + random.below(240) + (random.chance(5) ? 1500 : 0);
    const from = 101 + random.below(24);
    const to = random.chance(25) ? null : 101 + ((from - 101 + 1 + random.below(23)) % 24);
    const note = random.chance(30) ? random.of(['Baum, Leitung ab', 'called "urgent"', 'Défaut câble', '']) : null;
    return [
      `OUT-25-${pad(index + 1, 4)}`,
      from,
      to,
      isoMinute(begins),
      index >= 187 ? null : isoMinute(begins + lasts),
      planned ? 'PL' : random.of(causes.slice(0, 4)),
      random.chance(3) ? null : 3 + random.below(420),
      note,
    ];
  });
}

/** Writes the sample's files below a folder and says how many rows each has. */
export function writeUtility(folder) {
  const random = generator(20250101);
  const addresses = addressRows(random);
  const substations = substationRows(random);
  const points = servicePointRows(random);
  const readings = readingRows(random, points);
  const outages = outageRows(random);
  const readingHeader = ['svc_pt_id', 'rdg_dt', 'mtr_rdg_kwh', 'rgstr_kwh', 'est_flg', 'rdr_no'];
  const files = [
    ['Addr/Addr.csv', ['AddrNo', 'StrNm', 'HsNo', 'AddrSuppl', 'PstCd', 'TwnNm', 'DstrCd'], addresses],
    [
      'SvcPt/SvcPt.csv',
      ['SvcPtId', 'PremAddrNo', 'BillAddrNo', 'SbstNo', 'RtCd', 'CmdtyCd', 'MtrSerNo', 'InstDt', 'StsCd'],
      points,
    ],
    ['mtr_rdg/part-0001.csv', readingHeader, readings.filter(([, day]) => day <= '2025-06-30')],
    ['mtr_rdg/part-0002.csv', readingHeader, readings.filter(([, day]) => day > '2025-06-30')],
    ['Sbst.csv', ['SbstNo', 'SbstNm', 'CapMva', 'VltKv', 'CommYr'], substations],
    ['Outg.csv', ['OutgId', 'SbstFrNo', 'SbstToNo', 'BgnTs', 'EndTs', 'CausCd', 'CustAffQty', 'OutgNote'], outages],
  ];
  const written = files.map(([file, header, rows]) => writeCsv(folder, file, csv(header, rows), rows.length));
  // A spreadsheet's export: a byte order mark and semicolons.
  const rateHeader = ['tRt_Cd', 'tRt_Nm', 'tRt_CmdtyCd', 'tRt_UntPrc', 'tRt_BasFee', 'tRt_VldFrDt', 'tRt_VldToDt'];
  const rateText = `\uFEFF${csv(rateHeader, rateRows(), ';')}`;
  return [...written, writeCsv(folder, 'tRt/tRt.csv', rateText, rates.length)];
}

function writeCsv(folder, file, text, rows) {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return { file, rows };
}
