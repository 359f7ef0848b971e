// Cases of agg, agg_by_dim, time_series and topn.
import {
  above,
  all,
  atLeast,
  average,
  below,
  count,
  countDistinct,
  equal,
  groups,
  is,
  least,
  most,
  output,
  rows,
} from './notation.mjs';

const counted = { measures: { total: count() } };
/** The groups with so many rows, without the count. */
const having = (by, condition) => ({ by, ...counted, hidden: 'total', having: condition });
/** The group with most rows, without the count. */
const commonest = (by) => ({ by, ...counted, hidden: 'total', order: 'total descending', limit: 1 });
const total = output('total');

export const plans = {
  climbing: {
    train01111: groups('climber', counted),
    train01140: groups('mountain', having('Country', above(total, 1))),
    train01147: groups('mountain', commonest('Range')),
  },
  college_2: {
    train01392: groups('classroom', { by: 'building', ...counted, where: above('capacity', 50) }),
    train01402: groups('section', { by: 'semester year', ...counted }),
    // The query asks for the department with the highest budget, but aggregates first: one row over all instructors.
    train01449: groups('instructor', {
      joins: ['dept_name -> department.dept_name'],
      measures: { average_salary: average('salary'), instructors: count() },
    }),
    train01484: groups('teaches', {
      measures: { instructors: countDistinct('ID') },
      where: all(is('semester', 'Spring'), equal('year', 2010)),
    }),
  },
  company_employee: {
    train04100: groups('company', {
      measures: { most: most('Market_Value_in_Billion'), least: least('Market_Value_in_Billion') },
    }),
    train04103: groups('company', commonest('Headquarters')),
  },
  county_public_safety: {
    train02532: groups('county_public_safety', counted),
    train02546: rows('county_public_safety', {
      show: 'Name Population',
      hidden: 'population',
      order: 'population descending',
      limit: 1,
    }),
  },
  customer_complaints: {
    train05769: groups('Customers', counted),
    train05795: rows('Complaints', {
      joins: ['staff_id -> Staff.staff_id', 'product_id -> Products.product_id'],
      show: 'Staff.last_name Products.product_price',
      hidden: 'product_price',
      order: 'product_price nulls first',
      limit: 1,
    }),
    train05797: groups('Complaints', having('complaint_status_code', above(total, 3))),
  },
  department_management: {
    train00003: groups('department', {
      measures: { most: most('Budget_in_Billions'), least: least('Budget_in_Billions') },
    }),
    train00008: groups('department', commonest('Creation')),
    train00014: groups('management', {
      joins: ['department_ID -> department.Department_ID'],
      by: 'department.Department_ID department.Name',
      attributes: 'name',
      ...counted,
      having: above(total, 1),
    }),
  },
  department_store: {
    train04730: rows('Staff_Department_Assignments', {
      joins: ['staff_id -> Staff.staff_id'],
      show: 'Staff.staff_name job_title_code date_assigned_to',
      hidden: 'date_assigned_to',
      order: 'date_assigned_to descending',
      limit: 1,
    }),
    train04776: groups('Customers', { measures: { most: most('customer_code'), least: least('customer_code') } }),
    train04782: groups('Products', {
      by: 'product_type_code',
      measures: { most: most('product_price'), least: least('product_price') },
      order: 'product_type_code nulls first',
    }),
  },
  e_government: {
    train06327: groups('Services', counted),
    train06334: groups('Parties', having('payment_method_code', above(total, 3))),
    train06341: groups('Party_Services', {
      joins: ['customer_id -> Parties.party_id'],
      ...commonest('Parties.party_email'),
    }),
  },
  film_rank: {
    train04123: groups('market', { measures: { most: most('Number_cities'), least: least('Number_cities') } }),
    train04142: groups('film', commonest('Studio')),
  },
  flight_4: {
    train06820: rows('airports', {
      show: 'country elevation',
      hidden: 'elevation',
      order: 'elevation descending',
      limit: 1,
    }),
    train06871: groups('routes', {
      joins: ['dst_apid -> airports.apid', 'alid -> airlines.alid'],
      ...counted,
      where: all(is('airports.country', 'Italy'), is('airlines.name', 'American Airlines')),
    }),
  },
  game_injury: {
    train01277: groups('stadium', {
      measures: { most: most('Home_Games'), least: least('Home_Games'), average: average('Home_Games') },
    }),
    train01281: groups('injury_accident', {
      joins: ['game_id -> game.id'],
      ...having('game.id game.Score game.Date', atLeast(total, 2)),
      attributes: 'score date',
    }),
    train01282: groups('injury_accident', {
      joins: ['game_id -> game.id', 'game.stadium_id -> stadium.id'],
      ...commonest('stadium.id stadium.name'),
      attributes: 'name',
    }),
  },
  icfp_1: {
    train02869: groups('Authorship', {
      joins: ['authID -> Authors.authID', 'paperID -> Papers.paperID'],
      ...counted,
      where: all(is('Authors.fname', 'Atsushi'), is('Authors.lname', 'Ohori')),
    }),
    train02900: groups('Authorship', {
      joins: ['instID -> Inst.instID', 'paperID -> Papers.paperID'],
      ...commonest('Inst.country'),
    }),
  },
  machine_repair: {
    train02234: groups('technician', counted),
    train02248: groups('technician', commonest('Team')),
    train02250: groups('technician', having('Team', atLeast(total, 2))),
  },
  network_2: {
    train04405: groups('Person', { measures: { cities: countDistinct('city') } }),
    train04423: groups('Person', { by: 'job', measures: { average_age: average('age') } }),
    train04479: groups('PersonFriend', {
      joins: ['friend -> Person.name'],
      by: 'name',
      measures: { average_age: average('Person.age') },
      order: 'average_age descending',
      limit: 1,
    }),
  },
  race_track: {
    train00748: groups('track', counted),
    train00754: rows('track', {
      show: 'Name Location Seating Year_Opened',
      hidden: 'year_opened',
      order: 'year_opened descending',
      limit: 1,
    }),
    train00779: groups('race', {
      joins: ['Track_ID -> track.Track_ID'],
      by: 'Track_ID track.Name',
      attributes: 'name',
      hidden: 'track_id',
      ...counted,
    }),
  },
  roller_coaster: {
    train06208: rows('roller_coaster', {
      show: 'Speed Length',
      hidden: 'length',
      order: 'length descending',
      limit: 1,
    }),
    train06209: groups('roller_coaster', { measures: { average_speed: average('Speed') } }),
    train06210: groups('roller_coaster', { by: 'Status', ...counted }),
  },
  ship_1: {
    train06251: groups('Ship', commonest('Flag')),
  },
  ship_mission: {
    train03999: groups('ship', counted),
    train04009: rows('ship', { show: 'Name Tonnage', hidden: 'tonnage', order: 'tonnage descending', limit: 1 }),
    train04016: groups('ship', { by: 'Type', measures: { average_tonnage: average('Tonnage') } }),
  },
  shop_membership: {
    train05408: groups('branch', having('Open_year', atLeast(total, 2))),
    train05412: groups('branch', { by: 'City', ...counted, where: below('Open_year', 2010) }),
    train05418: groups('member', commonest('Level')),
    train05439: groups('purchase', {
      joins: ['Member_ID -> member.Member_ID'],
      ...counted,
      where: equal('member.Level', 6),
    }),
  },
  sports_competition: {
    train03338: groups('club', counted),
    train03362: groups('player', { by: 'Position', measures: { average_points: average('Points') } }),
    train03367: groups('competition', commonest('Competition_type')),
  },
  storm_record: {
    train02709: groups('affected_region', { measures: { regions: countDistinct('Region_id') } }),
    train02712: groups('affected_region', {
      joins: ['Region_id -> region.Region_id'],
      by: 'region.Region_id region.Region_name',
      attributes: 'region_name',
      hidden: 'region_id',
      ...counted,
    }),
    train02717: groups('affected_region', {
      joins: ['Storm_ID -> storm.Storm_ID'],
      ...commonest('storm.Storm_ID storm.Name storm.Max_speed'),
      attributes: 'name max_speed',
      hidden: 'storm_id total',
    }),
  },
};
