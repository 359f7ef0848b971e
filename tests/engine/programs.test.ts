import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
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

/** Whether the process runs: one that ended but was not yet waited for does not. */
function isRunning(processId: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/su.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('what a program started ends with this process', async () => {
  const known = process.listeners('exit');
  const started: number[] = [];
  const onLine = (line: string): boolean => started.push(Number(line)) > 0;
  const running = runProgram('/bin/sh', ['-c', 'sleep 600 & echo $!; wait'], { onLine });
  await vi.waitFor(() => expect(started).toHaveLength(1), { timeout: 10_000 });
  const [pid = 0] = started;
  expect(isRunning(pid)).toBe(true);
  for (const listener of process.listeners('exit')) if (!known.includes(listener)) listener.call(process, 0);
  expect((await running).code).not.toBe(0);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000 });
});
