/** The bytes of 32-bit numbers, the lowest byte first whatever the machine. */
export function bytesOfNumbers(numbers: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, value] of numbers.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

/** The numbers of such bytes; a copy. */
export function numbersOfBytes(bytes: Buffer): Uint32Array {
  const numbers = new Uint32Array(bytes.length / 4);
  new Uint8Array(numbers.buffer).set(bytes);
  if (isLittleEndian) return numbers;
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = bytes.readUInt32LE(index * 4);
  return numbers;
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The same for numbers of 32 bits with a fraction; of bytes that lie so that they can be read in place, a view of them. */
export function floatsOfBytes(bytes: Buffer): Float32Array {
  if (isLittleEndian && bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return new Float32Array(numbersOfBytes(bytes).buffer);
}
