/** The highest level in a waveform (MSC3246). */
export const LEVEL_MAX = 1024;

/** As many levels as are wanted: the highest of each part, so that short loud sounds stay. */
export function resampled(levels: readonly number[], count: number): readonly number[] {
  if (levels.length === 0) return new Array<number>(count).fill(0);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * levels.length) / count));
    return Math.max(...levels.slice(from, to));
  });
}

/** Makes the loudest part as high as can be, so that a quiet voice shows too. */
export function levelled(levels: readonly number[]): readonly number[] {
  const highest = Math.max(...levels, LEVEL_MAX / 20);
  return levels.map((level) => Math.round((Math.max(0, level) / highest) * LEVEL_MAX));
}
