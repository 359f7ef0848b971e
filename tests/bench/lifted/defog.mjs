import {
  all,
  among,
  asOf,
  atLeast,
  average,
  below,
  count,
  countDistinct,
  daysBetween,
  divide,
  either,
  equal,
  groups,
  is,
  isThere,
  least,
  like,
  lower,
  most,
  not,
  nullIf,
  plus,
  ratio,
  rows,
  sum,
  text,
  truncate,
  when,
} from './notation.mjs';

export const plans = {
  advising: {
    defog026: groups('student', {
      by: { month: truncate('month', 'admit_term') },
      measures: { total_students: count() },
      order: 'total_students descending nulls first',
      limit: 1,
    }),
    defog027: groups('student', {
      measures: { days: average(daysBetween('admit_term', 'predicted_graduation_semester')) },
    }),
    defog028: groups('student', {
      measures: { students: count() },
      where: atLeast('predicted_graduation_semester', plus(truncate('year', asOf), -10, 'year')),
    }),
    // The days since the last admission are the least days since any.
    defog029: groups('student', { measures: { days: least(daysBetween('admit_term', asOf)) } }),
    defog030: rows('course_offering', {
      show: 'course_id',
      distinct: true,
      where: all(
        either(equal('semester', 1), equal('semester', 2)),
        below('end_time', text('13:00:00')),
        isThere('thursday'),
        among('offering_id', rows('offering_instructor', { show: 'offering_id' })),
      ),
    }),
    defog033: groups('course_offering', { by: 'has_final_exam', measures: { courses: count('offering_id') } }),
    defog034: groups('course', {
      by: 'department',
      measures: { courses: countDistinct('course_id') },
      order: 'courses descending',
    }),
    defog036: rows('course', { show: 'name num_enrolled', order: 'num_enrolled descending', limit: 1 }),
    defog037: rows('course_tags_count', { show: 'course_id participation', order: 'participation descending' }),
    defog038: groups('course', {
      by: 'course_id',
      measures: { total_students: sum('num_enrolled') },
      order: 'total_students descending',
    }),
    defog040: groups('offering_instructor', {
      joins: ['instructor_id -> instructor.instructor_id'],
      by: 'instructor.name',
      measures: { courses: count('offering_id') },
      order: 'courses descending nulls first',
      limit: 1,
    }),
    defog041: groups('course', {
      measures: {
        ratio: ratio(sum(when('has_exams', 'num_enrolled', 0)), sum(when(not('has_exams'), 'num_enrolled', 0))),
      },
    }),
    defog042: rows('course_tags_count', {
      show: { course_id: 'course_id', ratio: divide('clear_grading', 'good_feedback') },
      order: 'course_id',
    }),
    defog043: groups('course_offering', {
      joins: ['course_id -> course.course_id'],
      by: 'semester',
      measures: {
        ratio: ratio(count(null, { where: 'course.has_projects' }), count(null, { where: 'course.has_exams' })),
      },
      order: 'semester',
    }),
    defog044: rows('course', { show: { course_id: 'course_id', ratio: divide('helpfulness_score', 'clarity_score') } }),
    defog045: rows('course', {
      show: { course_id: 'course_id', ratio: divide('num_enrolled', 'num_reviews') },
      order: 'ratio',
    }),
    defog046: rows('student_record', {
      joins: [
        'student_id -> student.student_id',
        'student.program_id -> program.program_id',
        'course_id -> course.course_id',
      ],
      show: 'course.name',
      distinct: true,
      where: like('program.name', '%Computer Science%'),
    }),
    defog048: groups('student_record', {
      measures: { students: countDistinct('student_id') },
      where: among(
        'course_id',
        rows('course_offering', { show: 'course_id', where: either('has_final_project', 'has_final_exam') }),
      ),
    }),
    defog050: groups('student', {
      joins: ['program_id -> program.program_id'],
      by: 'program.name',
      measures: { students: count('student_id') },
      where: isThere('declare_major'),
      order: 'students descending nulls first',
    }),
    defog052: groups('student', {
      joins: ['program_id -> program.program_id'],
      measures: { average_gpa: average('total_gpa') },
      where: equal(lower('program.name'), text('mathematics')),
    }),
    defog054: rows('course', { show: 'name easiness_score', where: is('department', 'Computer Science') }),
  },
  geography: {
    defog086: groups('city', {
      by: 'country_name',
      measures: { total_population: sum('population') },
      order: 'total_population descending',
    }),
    defog087: groups('river', {
      by: 'country_name',
      measures: { average_length: average('length') },
      order: 'average_length descending',
    }),
    defog088: groups('river', {
      by: 'country_name',
      measures: { rivers: countDistinct('river_name') },
      order: 'rivers descending nulls first',
    }),
    defog091: rows('state', { show: 'state_name density', order: 'density descending' }),
    defog093: rows('city', { show: 'city_name population', order: 'population descending', limit: 5 }),
    defog096: groups('state', {
      measures: {
        ratio: ratio(
          sum(nullIf('population', 0), { where: like('country_name', '%united states%') }),
          sum(nullIf('population', 0), { where: like('state_name', '%california%') }),
        ),
      },
    }),
    // Of one river each: whichever fold is taken, it is that river's. The query of defog098 crosses two subqueries, and has no row
    // where either has none, two where one has two: one row of a ratio says what it means.
    defog097: groups('river', {
      measures: {
        ratio: ratio(
          most('length', { where: like('river_name', '%mississippi%') }),
          most('length', { where: like('river_name', '%rhine%') }),
        ),
      },
    }),
    defog098: groups('mountain', {
      measures: {
        ratio: ratio(
          most('mountain_altitude', { where: is('mountain_name', 'Mount Everest') }),
          most('mountain_altitude', { where: is('mountain_name', 'Dhaulagiri') }),
        ),
      },
    }),
    defog099: rows('city', {
      joins: ['state_name -> state.state_name'],
      show: { city_name: 'city_name', ratio: divide('population', 'state.population') },
      order: 'ratio descending',
    }),
    defog100: rows('state', { show: { state_name: 'state_name', density: divide('population', 'area') } }),
    // A state with two such lakes would repeat its borders in the query; asked is which states border it.
    defog102: rows('border_info', {
      show: 'border',
      where: among('state_name', rows('lake', { show: 'state_name', where: like('lake_name', '%Ontario%') })),
    }),
    defog104: rows('highlow', {
      joins: ['state_name -> state.state_name'],
      show: 'state_name highest_point state.density',
    }),
    defog110: rows('city', { show: 'city_name population', where: like('country_name', '%United States%') }),
  },
};
