import { type Clinic, openTables } from './clinic.js';

/** A boat yard: charters of skippers and boats in some stage, some of them trials, the fees that were taken, and bills of two amounts. */
const tables = {
  skippers: `skipper_id,skipper_name,harbour
1,Ann,North
2,Bo,South
3,Cy,North
`,
  boats: `boat_id,boat_name,boat_kind
1,Gull,ketch
2,Tern,barge
3,Skua,dinghy
`,
  charters: `charter_id,skipper_id,boat_id,stage,is_trial,minutes,amount,left_on
11,1,1,settled,false,60,100,2024-01-10
12,1,2,waived,false,30,200,2024-01-11
13,2,1,pencilled,true,40,300,2024-02-10
14,2,3,sunk,false,50,400,2024-02-11
15,3,2,settled,true,20,500,2024-03-10
16,3,1,settled,false,10,600,2024-03-11
`,
  fees: `fee_id,charter_id,fee_kind,amount,billed_on
21,11,mooring,1,2024-01-12
22,12,towing,2,2024-01-13
23,13,berthing,4,2024-02-12
24,16,mooring,8,2024-03-12
25,12,berthing,16,2024-03-13
`,
  bills: `bill_id,skipper_id,net_amount,gross_amount,sent_on
41,1,10,12,2024-01-31
42,2,20,24,2024-02-28
43,3,30,36,2024-02-28
`,
} as const;

/** The yard, scanned. */
export function openYard(): Promise<Clinic> {
  return openTables(tables, 'terms: []\n');
}
