import { type Clinic, openTables } from './clinic.js';

/** Small hotels of our own: rooms of three kinds, guests who book them (one never did), two of them members; what is asked for at bookings. */
const tables = {
  regions: `region_id,region_name
1,North
2,South
3,West
`,
  hotels: `hotel_id,hotel_name,region_id,stars
1,Alpha,1,3
2,Birch,1,5
3,Cedar,2,4
4,Dune,2,2
5,Elm,2,5
`,
  rooms: `room_id,hotel_id,kind,price
1,1,standard,50
2,1,double,80
3,2,standard,120
4,2,suite,300
5,3,double,100
6,3,suite,200
7,4,standard,30
8,5,double,150
9,5,suite,250
`,
  guests: `guest_id,guest_name,country,age
1,Ann,Norway,30
2,Bo,Sweden,40
3,Cy,Norway,25
4,Di,Spain,61
5,Ed,Spain,35
`,
  bookings: `booking_id,guest_id,room_id,nights
1,1,1,2
2,1,3,1
3,2,4,3
4,2,5,2
5,2,1,1
6,3,6,4
7,4,8,2
8,4,8,1
9,4,9,2
10,1,7,1
`,
  extras: `extra_id,extra_name
1,breakfast
2,parking
3,sauna
`,
  booking_extras: `booking_extra_id,booking_id,extra_id
1,1,1
2,1,2
3,1,1
4,3,1
5,6,2
`,
  members: `member_id,guest_id,points
1,1,500
2,4,900
`,
} as const;

/** The hotels, scanned. */
export function openHotel(): Promise<Clinic> {
  return openTables(tables, 'metrics: []\n');
}
