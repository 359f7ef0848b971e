/** A part that stands where another may begin: it goes up to, not including, `to`. */
interface Part {
  readonly to: number;
}

interface Path<Chunk> {
  readonly score: number;
  readonly chunk: Chunk | null;
  readonly before: Path<Chunk> | null;
}

/** The ways from 0 to `length` along parts, each of which begins where its list is kept; those that score highest, best first, at most `limit`. */
export function bestPaths<Chunk extends Part>(
  length: number,
  options: ReadonlyMap<number, readonly { readonly chunk: Chunk; readonly score: number }[]>,
  limit: number,
): readonly { readonly chunks: readonly Chunk[]; readonly score: number }[] {
  const best: Path<Chunk>[][] = Array.from({ length: length + 1 }, () => []);
  best[0]?.push({ score: 0, chunk: null, before: null });
  for (let place = 0; place < length; place += 1) {
    const here = (best[place] ?? []).sort((left, right) => right.score - left.score).slice(0, limit);
    for (const { chunk, score } of options.get(place) ?? [])
      for (const before of here) best[chunk.to]?.push({ score: before.score + score, chunk, before });
  }
  const complete = (best[length] ?? []).sort((left, right) => right.score - left.score).slice(0, limit);
  return complete.map((last) => {
    const chunks: Chunk[] = [];
    for (let part: Path<Chunk> | null = last; part !== null && part.chunk !== null; part = part.before)
      chunks.unshift(part.chunk);
    return { chunks, score: last.score };
  });
}
