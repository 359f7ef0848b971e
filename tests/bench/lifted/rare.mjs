// Beyond the choice: queries with what the two hundred hardly have. Subqueries in FROM, conditions on groups against averages,
// several joins, composite keys, tables beside themselves, many-to-many joins, sets of groups, order by what is not shown.
import {
  above,
  all,
  among,
  atLeast,
  average,
  below,
  count,
  countDistinct,
  either,
  equal,
  except,
  groups,
  intersect,
  is,
  least,
  like,
  made,
  most,
  not,
  notAmong,
  output,
  part,
  rows,
  secondsBetween,
  sum,
  text,
  theValue,
  timestamp,
  union,
} from './notation.mjs';

const counted = { measures: { total: count() } };
const total = output('total');
/** The key and name of those with at least two rows. */
const companiesOf = (table, key) =>
  groups(table, {
    joins: [`${key} -> Third_Party_Companies.company_id`],
    by: 'Third_Party_Companies.company_id Third_Party_Companies.company_name',
    attributes: 'company_name',
    ...counted,
    hidden: 'total',
    having: atLeast(total, 2),
  });
const attractionsWith = (feature) =>
  rows('Tourist_Attraction_Features', {
    joins: ['Tourist_Attraction_ID -> Tourist_Attractions.Tourist_Attraction_ID', 'Feature_ID -> Features.Feature_ID'],
    show: 'Tourist_Attractions.Name',
    where: is('Features.Feature_Details', feature),
  });
const paperBy = (order, name, country) =>
  rows('Authorship', {
    joins: ['authID -> Authors.authID', 'paperID -> Papers.paperID', 'instID -> Inst.instID'],
    show: 'Papers.title',
    where: all(is('Inst.country', country), equal('authOrder', order), is('Authors.lname', name)),
  });
const friendsAged = (condition) =>
  rows('PersonFriend', {
    joins: ['name -> Person.name'],
    show: 'Person.name',
    where: among('friend', rows('Person', { show: 'name', where: condition })),
  });
const friendsOf = (condition) => rows('PersonFriend', { show: 'friend', where: condition });
const triedAs = (position) => rows('Tryout', { show: 'cName', where: is('pPos', position) });
const statesTrying = (position) =>
  rows('Tryout', { joins: ['cName -> College.cName'], show: 'College.state', where: is('pPos', position) });
const sectionsIn = (semester, year) =>
  rows('section', { show: 'course_id', where: all(is('semester', semester), equal('year', year)) });
const averageOf = (table, column) => theValue(groups(table, { measures: { average: average(column) } }));

const defog = {
  advising: {
    defog032: groups('offering_instructor', {
      joins: [
        'offering_id -> course_offering.offering_id',
        'course_offering.course_id -> course.course_id',
        'instructor_id -> instructor.instructor_id',
      ],
      by: 'instructor.name',
      measures: { clarity: average('course.clarity_score') },
    }),
    defog035: groups('course_offering', {
      by: 'semester',
      measures: { courses: countDistinct('course_id') },
      order: 'semester',
    }),
    defog047: rows('course_offering', {
      joins: ['course_id -> course.course_id'],
      show: 'course.name',
      distinct: true,
      where: all('has_final_project', 'has_final_exam'),
    }),
  },
  geography: {
    defog101: rows('lake', {
      show: 'country_name',
      distinct: true,
      where: among('country_name', rows('river', { show: 'country_name' })),
    }),
    // The query meets each river once for each lake of its country, which changes no average within a country.
    defog105: groups('river', {
      by: 'country_name',
      measures: { average_length: average('length') },
      where: among('country_name', rows('lake', { show: 'country_name' })),
    }),
    // The query meets each lake of a state with its one state.
    defog103: rows('lake', {
      joins: ['state_name -> state.state_name'],
      show: 'lake_name',
      where: all(above('state.area', 1000), like('lake_name', 'Lake%')),
      order: 'lake_name',
    }),
    defog107: rows('river', { show: 'river_name', where: like('traverse', '%,%,%') }),
  },
};

const nvbench = {
  // Ordered by any title of the group: the least stands for it.
  college_2: {
    nv593: groups('section', {
      joins: ['course_id -> course.course_id'],
      by: 'semester',
      measures: { courses: count('semester'), title: least('course.title') },
      hidden: 'title',
      where: is('course.dept_name', 'Psychology'),
      order: 'title nulls first',
    }),
  },
  cre_Theme_park: {
    nv890_x_name_ASC: groups('Visits', {
      joins: ['Tourist_Attraction_ID -> Tourist_Attractions.Tourist_Attraction_ID'],
      by: 'Tourist_Attraction_ID Tourist_Attractions.Name',
      attributes: 'name',
      hidden: 'tourist_attraction_id',
      ...counted,
      order: 'name nulls first',
    }),
  },
  flight_company: {
    nv1423: groups('flight', {
      by: 'Pilot',
      measures: { flights: count('Pilot'), altitude: least('Altitude') },
      hidden: 'altitude',
      order: 'altitude nulls first',
    }),
  },
  race_track: {
    nv2641_x_name_DESC: groups('race', {
      joins: ['Track_ID -> track.Track_ID'],
      by: 'Track_ID track.Name',
      attributes: 'name',
      hidden: 'track_id',
      ...counted,
      order: 'name descending',
    }),
  },
  shop_membership: {
    nv2766_x_name_ASC: groups('membership_register_branch', {
      joins: ['Branch_ID -> branch.Branch_ID'],
      by: 'Branch_ID branch.Name',
      attributes: 'name',
      hidden: 'branch_id',
      ...counted,
      where: above('Register_Year', 2015),
      order: 'name nulls first',
    }),
  },
};

const spider = {
  assets_maintenance: {
    train03129: union(
      companiesOf('Maintenance_Engineers', 'company_id'),
      companiesOf('Maintenance_Contracts', 'maintenance_contract_company_id'),
    ),
  },
  body_builder: {
    train01167: rows('body_builder', { show: 'Body_Builder_ID People_ID Snatch Clean_Jerk Total' }),
  },
  climbing: {
    // Distinct ranges in the order of a column that is not shown: each by its most prominent mountain.
    train01126: groups('mountain', {
      by: 'Range',
      measures: { prominence: most('Prominence') },
      hidden: 'prominence',
      order: 'prominence descending',
      limit: 3,
    }),
  },
  college_2: {
    train01370: groups('course', { by: 'dept_name', ...counted, hidden: 'total', order: 'total descending', limit: 3 }),
    train01400: groups('instructor', {
      by: 'dept_name',
      measures: { least_salary: least('salary'), average_salary: average('salary') },
      hidden: 'average_salary',
      having: above(output('average_salary'), averageOf('instructor', 'salary')),
    }),
    train01450: rows('section', {
      joins: ['building -> classroom.building & room_number -> classroom.room_number', 'course_id -> course.course_id'],
      show: 'course.title course.credits',
      where: equal('classroom.capacity', theValue(groups('classroom', { measures: { most: most('capacity') } }))),
    }),
    train01476: union(sectionsIn('Fall', 2009), sectionsIn('Spring', 2010)),
  },
  cre_Theme_park: {
    train05959: union(attractionsWith('park'), attractionsWith('shopping')),
  },
  customer_complaints: {
    // The query takes the staff with the fewest, against the request's words.
    train05810: groups('Complaints', {
      joins: ['staff_id -> Staff.staff_id'],
      by: 'staff_id Staff.first_name',
      attributes: 'first_name',
      ...counted,
      hidden: 'staff_id total',
      order: 'total nulls first',
      limit: 5,
    }),
  },
  department_store: {
    train04747: groups('Products', {
      by: 'product_type_code',
      measures: { average_price: average('product_price') },
      hidden: 'average_price',
      having: above(output('average_price'), averageOf('Products', 'product_price')),
    }),
    train04749: rows('Staff_Department_Assignments', {
      joins: ['staff_id -> Staff.staff_id'],
      show: {
        staff_id: 'Staff.staff_id',
        staff_name: 'Staff.staff_name',
        seconds: secondsBetween('date_assigned_from', 'date_assigned_to'),
      },
      hidden: 'seconds',
      order: 'seconds nulls first',
      limit: 1,
    }),
    train04755: rows('Staff_Department_Assignments', {
      show: 'staff_id',
      where: below(
        'date_assigned_to',
        theValue(
          groups('Staff_Department_Assignments', {
            measures: { latest: most('date_assigned_to') },
            where: is('job_title_code', 'Clerical Staff'),
          }),
        ),
      ),
    }),
    train04759: rows('Staff_Department_Assignments', {
      joins: ['staff_id -> Staff.staff_id'],
      show: 'Staff.staff_name Staff.staff_gender',
      where: equal(part('year', 'date_assigned_from'), 2016),
    }),
    train04767: union(
      groups('Order_Items', { by: 'product_id', ...counted, hidden: 'total', having: above(total, 3) }),
      groups('Product_Suppliers', {
        by: 'product_id',
        measures: { amount: sum('total_amount_purchased') },
        hidden: 'amount',
        having: above(output('amount'), 80000),
      }),
    ),
    train04777: rows('Order_Items', {
      joins: [
        'order_id -> Customer_Orders.order_id',
        'Customer_Orders.customer_id -> Customers.customer_id',
        'product_id -> Products.product_id',
      ],
      show: 'Customers.customer_name',
      distinct: true,
      where: is('Products.product_name', 'keyboard'),
    }),
  },
  flight_4: {
    train06835: groups('routes', {
      joins: ['alid -> airlines.alid'],
      by: 'alid airlines.name',
      attributes: 'name',
      ...counted,
      hidden: 'total',
      order: 'total descending',
      limit: 10,
    }),
    train06853: {
      datasets: [
        made('large_cities', groups('airports', { by: 'city', ...counted, hidden: 'total', having: above(total, 3) })),
      ],
      query: groups('large_cities', counted),
    },
  },
  icfp_1: {
    train02894: paperBy(2, 'Turon', 'USA'),
    train02896: paperBy(1, 'Ohori', 'Japan'),
  },
  local_govt_and_lot: {
    train04851: rows('Timed_Status_of_Things', {
      joins: ['thing_id -> Things.thing_id'],
      show: 'Things.thing_id Things.Type_of_Thing_Code',
      distinct: true,
      where: either(is('Status_of_Thing_Code', 'Close'), below('Date_and_Date', timestamp('2017-06-19 02:59:21'))),
    }),
  },
  network_2: {
    train04446: except(friendsAged(above('age', 40)), friendsAged(below('age', 30))),
    // Two many-to-many joins of a table with itself: who has a friend among the friends of Alice's friends.
    train04482: rows('PersonFriend', {
      show: 'name',
      distinct: true,
      where: all(
        not(equal('name', text('Alice'))),
        among(
          'name',
          friendsOf(
            among('name', friendsOf(all(is('name', 'Alice'), among('name', rows('Person', { show: 'name' }))))),
          ),
        ),
      ),
    }),
  },
  soccer_2: {
    train04990: rows('College', { show: 'cName enr', hidden: 'enr', order: 'enr descending', limit: 3 }),
    train05024: union(
      rows('College', { show: 'cName', where: all(below('enr', 13000), is('state', 'AZ')) }),
      rows('College', { show: 'cName', where: all(above('enr', 15000), is('state', 'LA')) }),
    ),
    train05030: {
      datasets: [made('both', intersect(triedAs('goalie'), triedAs('mid')))],
      query: groups('both', counted),
    },
    train05036: {
      datasets: [made('some', except(statesTrying('mid'), statesTrying('goalie')))],
      query: groups('some', counted),
    },
  },
  student_assessment: {
    train00085: rows('Candidate_Assessments', {
      joins: ['candidate_id -> Candidates.candidate_id', 'Candidates.candidate_id -> People.person_id'],
      show: 'People.cell_mobile_number',
      where: is('asessment_outcome_code', 'Fail'),
    }),
    train00103: rows('Student_Course_Registrations', {
      show: 'student_id course_id registration_date',
      where: notAmong('student_id', rows('Student_Course_Attendance', { show: 'student_id' })),
    }),
    train00107: rows('Student_Course_Attendance', {
      joins: ['course_id -> Courses.course_id'],
      show: 'student_id date_of_attendance',
      hidden: 'date_of_attendance',
      where: is('Courses.course_name', 'statistics'),
      order: 'date_of_attendance nulls first',
    }),
  },
};

export const rare = { defog: [defog], nvbench: [nvbench], spider_train: [spider] };
