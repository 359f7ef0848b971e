import { average, count, groups, is, least, like, part, substring } from './notation.mjs';

/** The first three letters of the day's name. */
const weekday = (column) => substring(part('day_name', column), 1, 3);
const documents = {
  by: { weekday: weekday('Document_Date') },
  measures: { documents: count('Document_Date') },
};
const graphProject = {
  ...documents,
  joins: ['Project_ID -> Projects.Project_ID'],
  where: is('Projects.Project_Details', 'Graph Database project'),
};
const typed = ['Document_Type_Code -> Ref_Document_Types.Document_Type_Code'];
const psychology = {
  joins: ['course_id -> course.course_id'],
  by: 'year',
  measures: { courses: count('year') },
  where: is('course.dept_name', 'Psychology'),
};
const injuries = { joins: ['game_id -> game.id'], by: 'game.Date', measures: { players: count('game.Date') } };
const movedIn = (by) => ({
  joins: ['customer_id -> Customers.customer_id'],
  by: { moved_in: by },
  measures: { events: count('date_moved_in') },
});

export const plans = {
  assets_maintenance: {
    nv126: groups('Engineer_Visits', {
      joins: ['contact_staff_id -> Staff.staff_id', 'engineer_id -> Maintenance_Engineers.engineer_id'],
      by: 'Staff.staff_name',
      measures: { engineers: count('Staff.staff_name') },
    }),
  },
  climbing: {
    nv485_y_name_DESC: groups('climber', {
      by: 'Country',
      measures: { climbers: count() },
      order: 'climbers descending',
    }),
  },
  college_2: {
    nv611: groups('section', psychology),
    nv611_x_name_ASC: groups('section', { ...psychology, order: 'year nulls first' }),
    nv647: groups('section', { by: 'year semester', measures: { sections: count() } }),
    nv654_y_name_DESC: groups('student', {
      by: 'dept_name',
      measures: { students: count() },
      order: 'students descending',
    }),
  },
  company_employee: {
    nv679: groups('company', { by: 'Headquarters', measures: { companies: count() } }),
  },
  county_public_safety: {
    nv709_x_name_ASC: groups('county_public_safety', {
      by: 'Police_force',
      measures: { counties: count() },
      order: 'police_force nulls first',
    }),
  },
  cre_Docs_and_Epenses: {
    nv847_y_name_ASC: groups('Documents', { ...documents, joins: typed, order: 'documents nulls first' }),
    nv851: groups('Documents', {
      ...documents,
      joins: typed,
      by: { ...documents.by, type: 'Ref_Document_Types.Document_Type_Description' },
    }),
    nv853: groups('Documents', graphProject),
    nv853_y_name_ASC: groups('Documents', { ...graphProject, order: 'documents nulls first' }),
  },
  customer_complaints: {
    nv908: groups('Products', { by: 'product_category_code', measures: { average_price: average('product_price') } }),
  },
  department_management: {
    nv1106: groups('management', {
      joins: ['department_ID -> department.Department_ID'],
      by: 'department.Name',
      measures: { employees: average('department.Num_Employees') },
      where: is('temporary_acting', 'Yes'),
    }),
  },
  department_store: {
    nv1130_y_name_ASC: groups('Products', {
      by: 'product_type_code',
      measures: { least_price: least('product_price') },
      order: 'least_price nulls first',
    }),
  },
  film_rank: {
    nv1394: groups('film_market_estimation', {
      joins: ['Film_ID -> film.Film_ID'],
      by: 'film.Title',
      measures: { films: count('film.Title') },
    }),
  },
  flight_4: {
    nv1419_x_name_DESC: groups('airlines', {
      by: 'country',
      measures: { airlines: count('country') },
      where: like('name', 'Orbit%'),
      order: 'country descending',
    }),
  },
  game_injury: {
    nv1475: groups('injury_accident', injuries),
    nv1475_x_name_ASC: groups('injury_accident', { ...injuries, order: 'date nulls first' }),
    nv1488_x_name_ASC: groups('game', {
      by: 'Home_team Away_team',
      measures: { games: count('Home_team') },
      order: 'home_team nulls first',
    }),
  },
  local_govt_and_lot: {
    nv2097: groups('Customer_Events', movedIn(part('year', 'date_moved_in'))),
    nv2097_y_name_DESC: groups('Customer_Events', {
      ...movedIn(part('year', 'date_moved_in')),
      order: 'events descending',
    }),
    nv2102: groups('Customer_Events', movedIn(weekday('date_moved_in'))),
  },
  machine_repair: {
    nv2168: groups('technician', { by: 'Team', measures: { technicians: count() } }),
  },
  network_2: {
    nv2461_y_name_ASC: groups('Person', {
      by: 'job',
      measures: { average_age: average('age') },
      where: is('gender', 'male'),
      order: 'average_age nulls first',
    }),
  },
  race_track: {
    nv2648_y_name_ASC: groups('race', { by: 'Class', measures: { races: count() }, order: 'races nulls first' }),
  },
  roller_coaster: {
    nv2683: groups('roller_coaster', {
      joins: ['Country_ID -> country.Country_ID'],
      by: 'country.Name',
      measures: { average_speed: average('Speed') },
    }),
  },
  ship_1: {
    nv2746: groups('captain', { by: 'Rank', measures: { captains: count() } }),
  },
  ship_mission: {
    nv2763: groups('mission', { by: 'Fate', measures: { missions: count('Fate') } }),
  },
  shop_membership: {
    nv2769_y_name_ASC: groups('member', {
      by: 'Hometown',
      measures: { members: count('Hometown') },
      order: 'members nulls first',
    }),
  },
  sports_competition: {
    nv2827_y_name_DESC: groups('player', {
      by: 'Position',
      measures: { average_points: average('Points') },
      order: 'average_points descending',
    }),
  },
  storm_record: {
    nv2865_y_name_ASC: groups('affected_region', {
      joins: ['Storm_ID -> storm.Storm_ID'],
      by: 'storm.Storm_ID storm.Name',
      attributes: 'name',
      hidden: 'storm_id',
      measures: { regions: count() },
      order: 'regions nulls first',
    }),
  },
};
