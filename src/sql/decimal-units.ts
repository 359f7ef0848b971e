/** With at most so many digits after the point, a sum can be counted in units of its average's last digit and one more, and keep at least 20 digits before the point. */
export const countableScale = 6;

/** 10 to the power of `exponent`, in digits. */
export const powerOfTen = (exponent: number): string => `1${'0'.repeat(exponent)}`;

/** The unit of the last of so many digits after the point. */
export const lastDigit = (digits: number): string => `0.${'0'.repeat(digits - 1)}1`;
