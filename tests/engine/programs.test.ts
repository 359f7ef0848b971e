import { expect, test } from 'vitest';
import { startLineProgram } from '../../src/engine/line-program.js';
import { runProgram } from '../../src/engine/run-program.js';

const hanging = ['-e', 'setInterval(() => undefined, 1000)'];

test('a program that hangs is ended, and that is said', async () => {
  const { code, lastLines } = await runProgram(process.execPath, hanging, { secondsMax: 0.2 });
  expect([code, lastLines]).toEqual([null, ['it did not end within 0.2 seconds']]);
});

test('a program that does not answer is ended, and that is said', async () => {
  const program = startLineProgram(process.execPath, hanging, { secondsMax: 0.2 });
  await expect(program.ask('a question')).rejects.toThrow('it did not answer within 0.2 seconds');
  await program.close();
});

test('a program answers line by line', async () => {
  const echo = `process.stdin.on('data', (text) => process.stdout.write(text)); console.log('ready')`;
  const program = startLineProgram(process.execPath, ['-e', echo], { secondsMax: 60 });
  expect([await program.next(), await program.ask('one'), await program.ask('two')]).toEqual(['ready', 'one', 'two']);
  await program.close();
});
