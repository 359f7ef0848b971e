// Asks so many questions at once through a gateway of its own: node ask-many.mjs FOLDER SCOPE SETTINGS COUNT. Prints how many were answered.
import { Gateway } from '../../dist/llm/gateway.js';

const [folder, scope, settings, count] = process.argv.slice(2);
const gateway = new Gateway(
  { ...JSON.parse(settings), key: () => 'sk-test-0123456789abcdefghij' },
  { folder, scope, scrub: (text) => text, now: Date.now, random: () => 0, onCall: () => undefined },
);
const ask = async (place) => {
  const content = `question ${scope} ${place} ${'x'.repeat(place * 20)}`;
  const schema = { name: 'answer', schema: { type: 'object' } };
  try {
    await gateway.ask({ purpose: 'intent', messages: [{ role: 'user', content }], schema });
    return 1;
  } catch (thrown) {
    if (thrown.code !== 'llm.over_budget') throw thrown;
    return 0;
  }
};
const answered = await Promise.all(Array.from({ length: Number(count) }, (_, place) => ask(place)));
process.stdout.write(String(answered.reduce((sum, one) => sum + one, 0)));
