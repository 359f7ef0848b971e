// The laws of `npm test`, over ten times as many plans.
process.env.NAIVE_LAWS ??= '10';
await import('../proof/naive/random/laws.test.js');

export {};
