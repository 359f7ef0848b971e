// Cases of set_op.
import { above, below, except, intersect, is, rows, union } from './notation.mjs';

const headOf = (name) =>
  rows('management', {
    joins: ['department_ID -> department.Department_ID', 'head_ID -> head.head_ID'],
    show: 'head.born_state',
    where: is('department.Name', name),
  });
const assignedAs = (title) =>
  rows('Staff_Department_Assignments', {
    joins: ['staff_id -> Staff.staff_id'],
    show: 'Staff.staff_name Staff.staff_gender',
    where: is('job_title_code', title),
  });
const stadiumOf = (player) =>
  rows('injury_accident', {
    joins: ['game_id -> game.id', 'game.stadium_id -> stadium.id'],
    show: 'stadium.name',
    where: is('Player', player),
  });
const stormsOver = (region) =>
  rows('affected_region', {
    joins: ['Region_id -> region.Region_id', 'Storm_ID -> storm.Storm_ID'],
    show: 'storm.Name',
    where: is('region.Region_name', region),
  });
const countriesOfCoasters = (condition) =>
  rows('roller_coaster', {
    joins: ['Country_ID -> country.Country_ID'],
    show: 'country.Name country.Area country.Population',
    where: condition,
  });

export const plans = {
  assets_maintenance: {
    train03130: except(
      rows('Fault_Log', { joins: ['recorded_by_staff_id -> Staff.staff_id'], show: 'Staff.staff_name Staff.staff_id' }),
      rows('Engineer_Visits', {
        joins: ['contact_staff_id -> Staff.staff_id'],
        show: 'Staff.staff_name Staff.staff_id',
      }),
    ),
  },
  body_builder: {
    train01168: except(
      rows('people', { show: 'Name Birth_Place' }),
      rows('body_builder', { joins: ['People_ID -> people.People_ID'], show: 'people.Name people.Birth_Place' }),
    ),
  },
  climbing: {
    train01145: intersect(
      rows('mountain', { show: 'Country', where: above('Height', 5600) }),
      rows('mountain', { show: 'Country', where: below('Height', 5200) }),
    ),
  },
  college_2: {
    train01418: except(rows('course', { show: 'course_id' }), rows('prereq', { show: 'course_id' })),
  },
  company_employee: {
    train04105: intersect(
      rows('company', { show: 'Headquarters', where: is('Industry', 'Banking') }),
      rows('company', { show: 'Headquarters', where: is('Industry', 'Oil and gas') }),
    ),
  },
  county_public_safety: {
    train02566: intersect(
      rows('county_public_safety', { show: 'Police_force', where: is('Location', 'East') }),
      rows('county_public_safety', { show: 'Police_force', where: is('Location', 'West') }),
    ),
  },
  customer_complaints: {
    train05784: union(rows('Customers', { show: 'phone_number' }), rows('Staff', { show: 'phone_number' })),
  },
  department_management: {
    train00013: intersect(headOf('Treasury'), headOf('Homeland Security')),
  },
  department_store: {
    train04789: except(assignedAs('Sales Person'), assignedAs('Clerical Staff')),
  },
  e_government: {
    train06328: except(
      rows('Services', { show: 'service_name' }),
      rows('Party_Services', { joins: ['service_id -> Services.service_id'], show: 'Services.service_name' }),
    ),
  },
  film_rank: {
    train04152: except(
      rows('film', { show: 'Studio' }),
      rows('film', { show: 'Studio', where: is('Director', 'Walter Hill') }),
    ),
  },
  game_injury: {
    train01288: intersect(stadiumOf('Walter Samuel'), stadiumOf('Thiago Motta')),
  },
  local_govt_and_lot: {
    train04854: except(
      rows('Organizations', { show: 'organization_id' }),
      rows('Organizations', { show: 'parent_organization_id' }),
    ),
  },
  local_govt_mdm: {
    train02658: except(
      rows('CMI_Cross_References', { show: 'cmi_cross_ref_id' }),
      rows('Parking_Fines', { show: 'cmi_cross_ref_id' }),
    ),
  },
  machine_repair: {
    train02261: intersect(
      rows('technician', { show: 'Starting_Year', where: is('Team', 'CLE') }),
      rows('technician', { show: 'Starting_Year', where: is('Team', 'CWS') }),
    ),
  },
  medicine_enzyme_interaction: {
    train00970: except(
      rows('medicine', { show: 'name Trade_Name' }),
      rows('medicine_enzyme_interaction', {
        joins: ['medicine_id -> medicine.id', 'enzyme_id -> enzyme.id'],
        show: 'medicine.name medicine.Trade_Name',
        where: is('enzyme.Product', 'Protoporphyrinogen IX'),
      }),
    ),
  },
  network_2: {
    train04476: except(rows('Person', { show: 'name' }), rows('PersonFriend', { show: 'name' })),
  },
  race_track: {
    train00773: except(
      rows('track', { show: 'Name' }),
      rows('race', { joins: ['Track_ID -> track.Track_ID'], show: 'track.Name', where: is('Class', 'GT') }),
    ),
  },
  roller_coaster: {
    train06219: intersect(countriesOfCoasters(above('Speed', 60)), countriesOfCoasters(below('Speed', 55))),
  },
  ship_1: {
    train06240: except(
      rows('captain', { show: 'Rank' }),
      rows('captain', { show: 'Rank', where: is('Class', 'Third-rate ship of the line') }),
    ),
  },
  ship_mission: {
    train04027: intersect(
      rows('ship', { show: 'Type', where: above('Tonnage', 6000) }),
      rows('ship', { show: 'Type', where: below('Tonnage', 4000) }),
    ),
  },
  sports_competition: {
    train03387: except(
      rows('competition', { show: 'Country' }),
      rows('competition', { show: 'Country', where: is('Competition_type', 'Friendly') }),
    ),
  },
  storm_record: {
    train02733: intersect(stormsOver('Afghanistan'), stormsOver('Albania')),
  },
  student_assessment: {
    train00100: union(
      rows('Student_Course_Registrations', { show: 'student_id' }),
      rows('Student_Course_Attendance', { show: 'student_id' }),
    ),
  },
};
