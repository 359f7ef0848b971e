// Cases of lookup and nested.
import {
  above,
  all,
  among,
  average,
  count,
  either,
  equal,
  groups,
  is,
  isOneOf,
  least,
  like,
  most,
  notAmong,
  rows,
  theValue,
} from './notation.mjs';

const counted = { measures: { total: count() } };
const largest = (table, column) => theValue(groups(table, { measures: { most: most(column) } }));

export const plans = {
  assets_maintenance: {
    train03140: rows('Maintenance_Engineers', {
      show: 'first_name last_name',
      where: notAmong('engineer_id', rows('Engineer_Visits', { show: 'engineer_id' })),
    }),
    train03146: rows('Engineer_Visits', {
      joins: ['contact_staff_id -> Staff.staff_id', 'engineer_id -> Maintenance_Engineers.engineer_id'],
      show: 'Staff.staff_name Maintenance_Engineers.first_name Maintenance_Engineers.last_name',
    }),
  },
  body_builder: {
    train01170: groups('people', {
      ...counted,
      where: notAmong('People_ID', rows('body_builder', { show: 'People_ID' })),
    }),
    train01172: rows('body_builder', {
      joins: ['People_ID -> people.People_ID'],
      show: 'Total',
      where: like('people.Birth_Date', '%January%'),
    }),
  },
  climbing: {
    train01128: rows('climber', {
      joins: ['Mountain_ID -> mountain.Mountain_ID'],
      show: { climber: 'Name', mountain: 'mountain.Name' },
    }),
    train01143: rows('mountain', {
      show: 'Name',
      where: notAmong('Mountain_ID', rows('climber', { show: 'Mountain_ID' })),
    }),
  },
  college_2: {
    train01323: rows('classroom', { show: 'building', distinct: true, where: above('capacity', 50) }),
    train01453: rows('student', {
      show: 'name',
      where: notAmong(
        'ID',
        rows('takes', {
          joins: ['course_id -> course.course_id'],
          show: 'ID',
          where: is('course.dept_name', 'Biology'),
        }),
      ),
    }),
  },
  company_employee: {
    train04108: rows('employment', {
      joins: ['People_ID -> people.People_ID', 'Company_ID -> company.Company_ID'],
      show: 'people.Name',
      where: above('company.Sales_in_Billion', 200),
    }),
    train04110: rows('people', {
      show: 'Name',
      where: notAmong('People_ID', rows('employment', { show: 'People_ID' })),
    }),
  },
  county_public_safety: {
    train02543: rows('city', { show: 'Name', order: 'name nulls first' }),
    train02555: rows('city', {
      show: 'Name',
      where: equal(
        'County_ID',
        theValue(
          rows('county_public_safety', {
            show: 'County_ID Police_officers',
            hidden: 'police_officers',
            order: 'police_officers descending',
            limit: 1,
          }),
        ),
      ),
    }),
  },
  customer_complaints: {
    train05783: rows('Customers', {
      show: 'email_address phone_number',
      where: notAmong('customer_id', rows('Complaints', { show: 'customer_id' })),
    }),
    train05798: rows('Staff', { show: 'last_name', where: like('email_address', '%wrau%') }),
  },
  department_management: {
    train00001: rows('head', { show: 'name born_state age', order: 'age nulls first' }),
    train00011: groups('department', {
      ...counted,
      where: notAmong('Department_ID', rows('management', { show: 'department_ID' })),
    }),
  },
  department_store: {
    train04718: rows('Staff_Department_Assignments', {
      joins: ['staff_id -> Staff.staff_id'],
      show: 'Staff.staff_id Staff.staff_gender',
      where: is('job_title_code', 'Department Manager'),
    }),
    train04738: rows('Product_Suppliers', {
      joins: ['product_id -> Products.product_id'],
      show: 'product_id',
      where: all(
        equal('supplier_id', 2),
        above(
          'Products.product_price',
          theValue(groups('Products', { measures: { average_price: average('product_price') } })),
        ),
      ),
    }),
  },
  e_government: {
    train06311: rows('Forms', { show: 'form_type_code', distinct: true }),
    train06325: rows('Organization_Contact_Individuals', {
      joins: ['organization_id -> Organizations.organization_id', 'individual_id -> Individuals.individual_id'],
      show: 'Individuals.individual_last_name date_contact_to',
      hidden: 'date_contact_to',
      where: equal('Organizations.uk_vat_number', largest('Organizations', 'uk_vat_number')),
      order: 'date_contact_to nulls first',
      limit: 1,
    }),
  },
  film_rank: {
    train04126: rows('market', { show: 'Country', order: 'country nulls first' }),
    train04159: rows('film', {
      show: 'Title Director',
      where: notAmong(
        'Film_ID',
        rows('film_market_estimation', {
          joins: ['Market_ID -> market.Market_ID'],
          show: 'Film_ID',
          where: is('market.Country', 'China'),
        }),
      ),
    }),
  },
  flight_4: {
    train06806: rows('airports', { show: 'name city country elevation', where: is('city', 'New York') }),
    train06876: groups('routes', {
      ...counted,
      where: all(
        among('dst_apid', rows('airports', { show: 'apid', where: is('country', 'Canada') })),
        among('src_apid', rows('airports', { show: 'apid', where: is('country', 'United States') })),
      ),
    }),
  },
  game_injury: {
    train01280: rows('injury_accident', {
      joins: ['game_id -> game.id'],
      show: 'game.Season',
      where: is('Player', 'Walter Samuel'),
    }),
    train01286: groups('game', {
      ...counted,
      where: notAmong('id', rows('injury_accident', { show: 'game_id' })),
    }),
  },
  icfp_1: {
    train02912: rows('Authorship', {
      joins: ['paperID -> Papers.paperID'],
      show: 'Papers.title',
      where: equal('authOrder', largest('Authorship', 'authOrder')),
    }),
    train02914: rows('Authors', { show: 'fname', where: is('lname', 'Ueno') }),
  },
  local_govt_and_lot: {
    train04858: groups('Customers', {
      ...counted,
      where: notAmong('customer_id', rows('Customer_Events', { show: 'customer_id' })),
    }),
    train04859: rows('Residents', { show: 'date_moved_in', distinct: true }),
  },
  local_govt_mdm: {
    train02652: rows('Electoral_Register', {
      joins: ['cmi_cross_ref_id -> CMI_Cross_References.cmi_cross_ref_id'],
      show: 'electoral_register_id',
      where: isOneOf('CMI_Cross_References.source_system_code', 'Electoral', 'Tax'),
    }),
  },
  machine_repair: {
    train02241: rows('technician', { show: 'Name', where: either(equal('Age', 36), equal('Age', 37)) }),
    train02259: rows('technician', {
      show: 'Name',
      where: notAmong('technician_id', rows('repair_assignment', { show: 'technician_id' })),
    }),
  },
  network_2: {
    train04442: rows('PersonFriend', {
      joins: ['name -> Person.name'],
      show: 'Person.name Person.age',
      distinct: true,
      where: isOneOf('friend', 'Dan', 'Alice'),
    }),
    train04473: rows('PersonFriend', {
      show: 'name',
      where: all(
        is('friend', 'Alice'),
        equal(
          'year',
          theValue(groups('PersonFriend', { measures: { least: least('year') }, where: is('friend', 'Alice') })),
        ),
      ),
    }),
  },
  race_track: {
    train00759: rows('track', { show: 'Location', distinct: true }),
    train00775: rows('track', { show: 'Name', where: notAmong('Track_ID', rows('race', { show: 'Track_ID' })) }),
  },
  roller_coaster: {
    train06204: rows('roller_coaster', { show: 'Name Length', hidden: 'length', order: 'length nulls first' }),
    train06218: groups('country', {
      ...counted,
      where: notAmong('Country_ID', rows('roller_coaster', { show: 'Country_ID', where: above('Length', 3000) })),
    }),
  },
  ship_1: {
    train06252: rows('Ship', {
      show: 'Name Built_Year Class',
      hidden: 'built_year class',
      order: 'built_year nulls first, class nulls first',
    }),
    train06265: rows('Ship', {
      show: 'Name Flag',
      where: notAmong('Ship_ID', rows('captain', { show: 'Ship_ID', where: is('Rank', 'Midshipman') })),
    }),
  },
  ship_mission: {
    train04000: rows('ship', { show: 'Name Tonnage', hidden: 'tonnage', order: 'tonnage nulls first' }),
    train04025: rows('ship', { show: 'Name', where: notAmong('Ship_ID', rows('mission', { show: 'Ship_ID' })) }),
  },
  shop_membership: {
    train05416: rows('member', {
      show: 'Card_Number Name Hometown Level',
      hidden: 'level',
      order: 'level descending',
    }),
    train05426: rows('branch', {
      show: 'Name City',
      where: notAmong('Branch_ID', rows('membership_register_branch', { show: 'Branch_ID' })),
    }),
  },
  sports_competition: {
    train03353: rows('club', { show: 'name', order: 'name descending' }),
    train03379: rows('player', {
      show: 'name',
      where: above('Points', theValue(groups('player', { measures: { average_points: average('Points') } }))),
    }),
  },
  storm_record: {
    train02694: rows('region', { show: 'Region_name', order: 'region_name nulls first' }),
    train02719: rows('storm', {
      show: 'Name',
      where: notAmong('Storm_ID', rows('affected_region', { show: 'Storm_ID' })),
    }),
  },
  student_assessment: {
    train00063: rows('Students', {
      show: 'student_id',
      where: notAmong('student_id', rows('Student_Course_Attendance', { show: 'student_id' })),
    }),
  },
  university_basketball: {
    train01004: groups('university', {
      ...counted,
      where: notAmong('School_ID', rows('basketball_match', { show: 'School_ID' })),
    }),
    // The query takes those founded after 1850, against the request's words.
    train01006: rows('university', {
      show: 'School',
      where: either(above('Founded', 1850), is('Affiliation', 'Public')),
    }),
  },
};
