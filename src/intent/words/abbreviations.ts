/** Abbreviations of business and computing, each with what it stands for; the first is what people write in full. */
export const abbreviations: Readonly<Record<string, readonly string[]>> = {
  acct: ['account'], addr: ['address'], amt: ['amount'], apt: ['apartment'], avg: ['average'], bal: ['balance'], bday: ['birthday'],
  cat: ['category'], ccy: ['currency'], cd: ['code'], cnt: ['count'], cmp: ['company'], co: ['company'], corp: ['corporation'],
  cond: ['condition'], ctry: ['country'], cty: ['city'], curr: ['currency', 'current'], cust: ['customer'], dat: ['date'], dt: ['date'],
  dep: ['department', 'departure'], dept: ['department'], desc: ['description'], descr: ['description'], dest: ['destination'],
  dob: ['birth date'], doc: ['document'], dst: ['destination', 'distance'], dur: ['duration'], emp: ['employee'], eng: ['engine'], enr: ['enrollment'],
  est: ['estimate', 'established'], evt: ['event'], fname: ['first name'], freq: ['frequency'], fk: ['key'], grp: ['group'],
  hrs: ['hours'], hs: ['hours'], hr: ['hour', 'hire'], id: ['identifier'], img: ['image'], inv: ['invoice', 'inventory'], lang: ['language'],
  lat: ['latitude'], lname: ['last name'], loc: ['location'], long: ['longitude'], lng: ['longitude'], manu: ['manufacturer'], max: ['maximum'], mgr: ['manager'],
  min: ['minimum', 'minute'], msg: ['message'], mth: ['month'], nbr: ['number'], no: ['number'], num: ['number'], org: ['organization'],
  ord: ['order'], orig: ['origin'], pct: ['percent'], ph: ['phone'], pop: ['population'], pos: ['position'], prc: ['price'],
  prod: ['product'], prof: ['professor'], pwd: ['password'], qty: ['quantity'], rec: ['record'], ref: ['reference'], reg: ['region', 'registration'],
  rev: ['revenue', 'review'], sal: ['salary'], sec: ['section', 'second'], seq: ['sequence'], src: ['source'], st: ['state', 'street'], stu: ['student'],
  sta: ['status'], stat: ['status'], std: ['standard'], subcat: ['subcategory'], tel: ['telephone'], temp: ['temperature'], tm: ['time'], tot: ['total'],
  trans: ['transaction'], txn: ['transaction'], tx: ['transaction'], tkt: ['ticket'], univ: ['university'], usr: ['user'], val: ['value'],
  vol: ['volume'], wk: ['week'], wt: ['weight'], yr: ['year'], zip: ['postal code'], ttl: ['total'], lbl: ['label'], ssn: ['social security number'],
  gpa: ['grade point average'], ip: ['internet address'], uid: ['user identifier'], pid: ['identifier'], mpg: ['miles per gallon'],
};
