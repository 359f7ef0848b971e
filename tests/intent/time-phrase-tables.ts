/** Phrases of time and what they mean on 2024-06-15, fiscal years from October, weeks from Monday. */
const table = (text: string): readonly (readonly [string, string])[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [phrase = '', meaning = ''] = line.split(' => ');
      return [phrase.trim(), meaning.trim()] as const;
    });

export const absolute = table(`
in 2024 => 2024-01-01..2025-01-01
during 1999 => 1999-01-01..2000-01-01
in the year 2000 => 2000-01-01..2001-01-01
in the year of 1995 => 1995-01-01..1996-01-01
for calendar year 2023 => 2023-01-01..2024-01-01
in CY2023 => 2023-01-01..2024-01-01
Q3 2024 => 2024-07-01..2024-10-01
2024Q3 => 2024-07-01..2024-10-01
2024-Q3 => 2024-07-01..2024-10-01
2024 Q3 => 2024-07-01..2024-10-01
Q3-2024 => 2024-07-01..2024-10-01
Q3'24 => 2024-07-01..2024-10-01
Q3 '24 => 2024-07-01..2024-10-01
3Q 2024 => 2024-07-01..2024-10-01
3Q24 => 2024-07-01..2024-10-01
Q1 of 2024 => 2024-01-01..2024-04-01
quarter 3 of 2024 => 2024-07-01..2024-10-01
the third quarter of 2024 => 2024-07-01..2024-10-01
the 3rd quarter of 2024 => 2024-07-01..2024-10-01
the last quarter of 2024 => 2024-10-01..2025-01-01
first quarter 2024 => 2024-01-01..2024-04-01
Q1 and Q2 2024 => 2024-01-01..2024-07-01
Q1 to Q3 2024 => 2024-01-01..2024-10-01
Q1-Q3 2024 => 2024-01-01..2024-10-01
Q1 through Q3 of 2024 => 2024-01-01..2024-10-01
from Q1 2023 to Q2 2024 => 2023-01-01..2024-07-01
H1 2024 => 2024-01-01..2024-07-01
2024 H2 => 2024-07-01..2025-01-01
1H 2024 => 2024-01-01..2024-07-01
the first half of 2024 => 2024-01-01..2024-07-01
second half of 2023 => 2023-07-01..2024-01-01
FY2024 => 2023-10-01..2024-10-01
FY 2024 => 2023-10-01..2024-10-01
FY24 => 2023-10-01..2024-10-01
FY2023/24 => 2023-10-01..2024-10-01
fiscal 2024 => 2023-10-01..2024-10-01
fiscal year 2024 => 2023-10-01..2024-10-01
the 2024 fiscal year => 2023-10-01..2024-10-01
financial year 2024 => 2023-10-01..2024-10-01
Q1 FY2024 => 2023-10-01..2024-01-01
the second quarter of fiscal 2024 => 2024-01-01..2024-04-01
March 2024 => 2024-03-01..2024-04-01
Mar 2024 => 2024-03-01..2024-04-01
Mar '24 => 2024-03-01..2024-04-01
Mar. 2024 => 2024-03-01..2024-04-01
March, 2024 => 2024-03-01..2024-04-01
March of 2024 => 2024-03-01..2024-04-01
the month of March 2024 => 2024-03-01..2024-04-01
2024 March => 2024-03-01..2024-04-01
2024-03 => 2024-03-01..2024-04-01
03/2024 => 2024-03-01..2024-04-01
Dec 2023 => 2023-12-01..2024-01-01
may 2024 => 2024-05-01..2024-06-01
March 5 2024 => 2024-03-05..2024-03-06
March 5, 2024 => 2024-03-05..2024-03-06
March 5th, 2024 => 2024-03-05..2024-03-06
Mar 5th 2024 => 2024-03-05..2024-03-06
5 March 2024 => 2024-03-05..2024-03-06
5th March 2024 => 2024-03-05..2024-03-06
5th of March 2024 => 2024-03-05..2024-03-06
the 5th of March, 2024 => 2024-03-05..2024-03-06
on 2024-03-05 => 2024-03-05..2024-03-06
2024-3-5 => 2024-03-05..2024-03-06
2024/03/05 => 2024-03-05..2024-03-06
03/05/2024 => 2024-03-05..2024-03-06
25/12/2023 => 2023-12-25..2023-12-26
12/25/2023 => 2023-12-25..2023-12-26
5.3.2024 => 2024-03-05..2024-03-06
31.12.2023 => 2023-12-31..2024-01-01
2024-03-05 10:30 => 2024-03-05 10:30:00..2024-03-05 10:31:00
2024-02-29 => 2024-02-29..2024-03-01
the 90s => 1990-01-01..2000-01-01
the '90s => 1990-01-01..2000-01-01
the 1990s => 1990-01-01..2000-01-01
the 1990's => 1990-01-01..2000-01-01
the nineties => 1990-01-01..2000-01-01
in the 2010s => 2010-01-01..2020-01-01
the 21st century => 2001-01-01..2101-01-01
20th century => 1901-01-01..2001-01-01
the nineteenth century => 1801-01-01..1901-01-01
week 12 of 2024 => 2024-03-18..2024-03-25
week 12 2024 => 2024-03-18..2024-03-25
calendar week 12 of 2024 => 2024-03-18..2024-03-25
2024-W12 => 2024-03-18..2024-03-25
W12 2024 => 2024-03-18..2024-03-25
CW12 2024 => 2024-03-18..2024-03-25
week 1 of 2021 => 2021-01-04..2021-01-11
the 12th week of 2024 => 2024-03-18..2024-03-25
the week of March 6, 2024 => 2024-03-04..2024-03-11
the week starting 2024-03-06 => 2024-03-06..2024-03-13
the week ending March 10 2024 => 2024-03-04..2024-03-11
the first 3 months of 2024 => 2024-01-01..2024-04-01
the last 2 weeks of March 2024 => 2024-03-18..2024-04-01
the first week of March 2024 => 2024-03-01..2024-03-08
the last day of 2023 => 2023-12-31..2024-01-01
March 5-10, 2024 => 2024-03-05..2024-03-11
March 5 to 10, 2024 => 2024-03-05..2024-03-11
5-10 March 2024 => 2024-03-05..2024-03-11
from 5 March to 10 April 2024 => 2024-03-05..2024-04-11
March this year => 2024-03-01..2024-04-01
March of last year => 2023-03-01..2023-04-01
Q4 last year => 2023-10-01..2024-01-01
the second quarter of this year => 2024-04-01..2024-07-01
Dec 31 of the previous year => 2023-12-31..2024-01-01
`);

export const relative = table(`
today => 2024-06-15..2024-06-16
today's => 2024-06-15..2024-06-16
yesterday => 2024-06-14..2024-06-15
tomorrow => 2024-06-16..2024-06-17
the day before yesterday => 2024-06-13..2024-06-14
the day after tomorrow => 2024-06-17..2024-06-18
last month => 2024-05-01..2024-06-01
the last week => 2024-06-03..2024-06-10
past year => 2023-01-01..2024-01-01
previous quarter => 2024-01-01..2024-04-01
prior month => 2024-05-01..2024-06-01
in the last day => 2024-06-14..2024-06-15
last 7 days => 2024-06-08..2024-06-15
the past 30 days => 2024-05-16..2024-06-15
last 3 months => 2024-03-01..2024-06-01
last three months => 2024-03-01..2024-06-01
the previous 2 quarters => 2023-10-01..2024-04-01
in the past 6 months => 2023-12-01..2024-06-01
over the last 12 months => 2023-06-01..2024-06-01
over the past year => 2023-01-01..2024-01-01
within the last 2 weeks => 2024-05-27..2024-06-10
during the past 5 years => 2019-01-01..2024-01-01
in last 24 hours => 2024-06-14 00:00:00..2024-06-15 00:00:00
from the last 10 days => 2024-06-05..2024-06-15
last twenty-five days => 2024-05-21..2024-06-15
last couple of months => 2024-04-01..2024-06-01
the last 3 full months => 2024-03-01..2024-06-01
the last two complete quarters => 2023-10-01..2024-04-01
the last 3 calendar months => 2024-03-01..2024-06-01
most recent 6 months => 2023-12-01..2024-06-01
the latest 4 weeks => 2024-05-13..2024-06-10
trailing 12 months => 2023-06-01..2024-06-01
trailing twelve months => 2023-06-01..2024-06-01
rolling 12 months => 2023-06-01..2024-06-01
TTM => 2023-06-01..2024-06-01
L12M => 2023-06-01..2024-06-01
L30D => 2024-05-16..2024-06-15
last 3 months including the current => 2024-04-01..2024-06-16
last fiscal year => 2022-10-01..2023-10-01
the last 2 fiscal years => 2021-10-01..2023-10-01
this month => 2024-06-01..2024-07-01
this week => 2024-06-10..2024-06-17
this year => 2024-01-01..2025-01-01
current quarter => 2024-04-01..2024-07-01
the current year => 2024-01-01..2025-01-01
this fiscal year => 2023-10-01..2024-10-01
next month => 2024-07-01..2024-08-01
next 2 weeks => 2024-06-17..2024-07-01
the next 30 days => 2024-06-16..2024-07-16
the coming quarter => 2024-07-01..2024-10-01
upcoming 3 months => 2024-07-01..2024-10-01
month to date => 2024-06-01..2024-06-16
year to date => 2024-01-01..2024-06-16
year-to-date => 2024-01-01..2024-06-16
quarter to date => 2024-04-01..2024-06-16
week to date => 2024-06-10..2024-06-16
fiscal year to date => 2023-10-01..2024-06-16
YTD => 2024-01-01..2024-06-16
MTD => 2024-06-01..2024-06-16
QTD => 2024-04-01..2024-06-16
FYTD => 2023-10-01..2024-06-16
so far this year => 2024-01-01..2024-06-16
this month so far => 2024-06-01..2024-06-16
3 days ago => 2024-06-12..2024-06-13
two weeks ago => 2024-06-01..2024-06-02
a month ago => 2024-05-15..2024-05-16
one year ago => 2023-06-15..2023-06-16
more than 30 days ago => ..2024-05-16
over 2 years ago => ..2022-06-15
at least 30 days ago => ..2024-05-17
less than 30 days ago => 2024-05-17..
since 30 days ago => 2024-05-16..
the month before last => 2024-04-01..2024-05-01
the year before last => 2022-01-01..2023-01-01
last March => 2024-03-01..2024-04-01
last November => 2023-11-01..2023-12-01
this March => 2024-03-01..2024-04-01
next March => 2025-03-01..2025-04-01
`);

export const ranges = table(`
between 2010 and 2012 => 2010-01-01..2013-01-01
between the years 2010 and 2012 => 2010-01-01..2013-01-01
from 2010 to 2012 => 2010-01-01..2013-01-01
from 2010 until 2012 => 2010-01-01..2013-01-01
from 2010 through 2012 => 2010-01-01..2013-01-01
2010 through 2012 => 2010-01-01..2013-01-01
2010-2012 => 2010-01-01..2013-01-01
2010 - 2012 => 2010-01-01..2013-01-01
2010 – 2012 => 2010-01-01..2013-01-01
2010 to 2012 => 2010-01-01..2013-01-01
between 2024-01-05 and 2024-02-06 => 2024-01-05..2024-02-07
from 2024-01-05 to 2024-02-06 => 2024-01-05..2024-02-07
from March to May 2024 => 2024-03-01..2024-06-01
between March and May 2024 => 2024-03-01..2024-06-01
Jan-Mar 2024 => 2024-01-01..2024-04-01
March through May 2024 => 2024-03-01..2024-06-01
March and April 2024 => 2024-03-01..2024-05-01
from March 2023 to May 2024 => 2023-03-01..2024-06-01
between March 5, 2024 and April 2, 2024 => 2024-03-05..2024-04-03
between Q1 2023 and Q1 2024 => 2023-01-01..2024-04-01
March 2024 - May 2024 => 2024-03-01..2024-06-01
between yesterday and today => 2024-06-14..2024-06-16
from last month to this month => 2024-05-01..2024-07-01
March 2024 through present => 2024-03-01..2024-06-16
from 2019 to now => 2019-01-01..2024-06-16
from 2019 until today => 2019-01-01..2024-06-16
since 2020 => 2020-01-01..
since March 2024 => 2024-03-01..
since yesterday => 2024-06-14..
since last month => 2024-05-01..
since March => 2024-03-01..
since November => 2023-11-01..
since the beginning of 2024 => 2024-01-01..
since the start of last year => 2023-01-01..
ever since 2015 => 2015-01-01..
after 2020 => 2021-01-01..
after March 2024 => 2024-04-01..
after 2024-03-05 => 2024-03-06..
after March 5, 2024 => 2024-03-06..
after the end of 2023 => 2024-01-01..
later than 2015 => 2016-01-01..
following 2015 => 2016-01-01..
before 2020 => ..2020-01-01
before the year 2020 => ..2020-01-01
before March 5, 2024 => ..2024-03-05
prior to 2018 => ..2018-01-01
earlier than March 2024 => ..2024-03-01
before this year => ..2024-01-01
pre-2010 => ..2010-01-01
post-2010 => 2011-01-01..
until 2020 => ..2021-01-01
until March 2024 => ..2024-04-01
till 2020 => ..2021-01-01
up to 2020 => ..2021-01-01
up until March 2024 => ..2024-04-01
through 2020 => ..2021-01-01
by 2020 => ..2021-01-01
by the end of 2020 => ..2021-01-01
by the end of March 2024 => ..2024-04-01
by the end of last year => ..2024-01-01
before the end of 2020 => ..2021-01-01
until the start of 2020 => ..2020-01-01
on or after 2024-03-05 => 2024-03-05..
on or before 2024-03-05 => ..2024-03-06
in or after 2015 => 2015-01-01..
in or before 2015 => ..2016-01-01
no later than 2015 => ..2016-01-01
no earlier than 2015 => 2015-01-01..
not before 2015 => 2015-01-01..
starting 2019 => 2019-01-01..
starting in March 2024 => 2024-03-01..
beginning in 2019 => 2019-01-01..
ending in 2019 => ..2020-01-01
as of 2024-03-05 => ..2024-03-06
as of yesterday => ..2024-06-15
from 2019 onwards => 2019-01-01..
from 2019 onward => 2019-01-01..
from 2019 on => 2019-01-01..
2019 onwards => 2019-01-01..
2019 or later => 2019-01-01..
2019 and later => 2019-01-01..
in 2019 or earlier => ..2020-01-01
2019 or before => ..2020-01-01
from 2019 to present => 2019-01-01..2024-06-16
since 2019 until 2021 => 2019-01-01..2022-01-01
after 2010 and before 2015 => 2011-01-01..2015-01-01
before 2015 and after 2010 => 2011-01-01..2015-01-01
after 2010 but before 2015 => 2011-01-01..2015-01-01
on or after 2024-01-01 and before 2024-02-01 => 2024-01-01..2024-02-01
>= 2024-01-01 => 2024-01-01..
< 2024-02-01 => ..2024-02-01
in 2010 or 2011 => 2010-01-01..2012-01-01
in 2010 and 2011 => 2010-01-01..2012-01-01
in 2010, 2011 and 2012 => 2010-01-01..2013-01-01
in 2010 or 2015 => 2010-01-01..2011-01-01 + 2015-01-01..2016-01-01
Q1 2024 and Q3 2024 => 2024-01-01..2024-04-01 + 2024-07-01..2024-10-01
in March 2023 or March 2024 => 2023-03-01..2023-04-01 + 2024-03-01..2024-04-01
last month and this month => 2024-05-01..2024-07-01
this month and last year => 2024-06-01..2024-07-01 + 2023-01-01..2024-01-01
`);

export const recurring = table(`
in May => month=5
in March => month=3
in the month of May => month=5
during December => month=12
every May => month=5
from May to August => month=5,6,7,8
between May and August => month=5,6,7,8
from November to February => month=11,12,1,2
in May or June => month=5,6
in May, June and July => month=5,6,7
in Q1 => quarter=1
in the first quarter => quarter=1
in Q1 and Q3 => quarter=1,3
on Mondays => day_name=Monday
Mondays => day_name=Monday
on Monday => day_name=Monday
on Mon => day_name=Monday
every Friday => day_name=Friday
on weekends => day_name=Saturday,Sunday
on the weekend => day_name=Saturday,Sunday
on weekdays => day_name=Monday,Tuesday,Wednesday,Thursday,Friday
on business days => day_name=Monday,Tuesday,Wednesday,Thursday,Friday
Monday to Friday => day_name=Monday,Tuesday,Wednesday,Thursday,Friday
from Friday to Monday => day_name=Friday,Saturday,Sunday,Monday
on Mondays and Wednesdays => day_name=Monday,Wednesday
on Monday or Tuesday => day_name=Monday,Tuesday
on March 5 => month=3 day_of_month=5
on the 5th of March => month=3 day_of_month=5
on 5 March => month=3 day_of_month=5
on the 1st of the month => day_of_month=1
on the first of each month => day_of_month=1
on the 15th => day_of_month=15
`);

export const clocks = table(`
at 8am => 08:00-09:00
at 8 am => 08:00-09:00
at 12am => 00:00-01:00
at 12 pm => 12:00-13:00
at 10:00 => 10:00-10:01
at 8:30 pm => 20:30-20:31
at noon => 12:00-12:01
at midnight => 00:00-00:01
at 8 o'clock => 08:00-09:00
after 17:30 => 17:31-
after 5pm => 17:01-
before 9am => -09:00
before noon => -12:00
until 17:30 => -17:31
since 9am => 09:00-
between 9 and 5 pm => 09:00-17:01
between 2 and 5 pm => 14:00-17:01
between 9am and 5pm => 09:00-17:01
from 9:00 to 17:00 => 09:00-17:01
9am-5pm => 09:00-17:01
`);

export const others = table(`
30 days => 30 day
two weeks => 2 week
a week => 1 week
90 minutes => 90 minute
1.5 hours => 1.5 hour
15 min => 15 minute
half a year => 0.5 year
thirty-five days => 35 day
12 hrs => 12 hour
month over month => month against previous_period
month-over-month => month against previous_period
month on month => month against previous_period
MoM => month against previous_period
WoW => week against previous_period
QoQ => quarter against previous_period
YoY => year against same_period_last_year
year on year => year against same_period_last_year
year over year => year against same_period_last_year
compared with last month => month against previous_period
compared to the previous quarter => quarter against previous_period
vs last year => year against same_period_last_year
versus the prior period => period against previous_period
against the previous week => week against previous_period
same period last year => year against same_period_last_year
the same month last year => year against same_period_last_year
last year same period => year against same_period_last_year
compared with the same quarter of last year => year against same_period_last_year
this time last year => year against same_period_last_year
by day of week => cycle day_name
by day of the week => cycle day_name
by weekday => cycle day_name
per hour of day => cycle hour
by hour of the day => cycle hour
by month of year => cycle month_name
by calendar month => cycle month_name
by day of month => cycle day_of_month
by week of year => cycle week
for each day of the week => cycle day_name
`);
