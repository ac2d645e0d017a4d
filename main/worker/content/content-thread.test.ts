import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { activePdf, docxFile, dxfFile, pdfFile, pngFile, sheetRows, stepFile, xlsxFile } from '../testing/content-samples.ts';
import { ContentThread } from './content-thread.ts';

const threads: ContentThread[] = [];

function thread(limitMs = 20_000, program?: string, memoryMb = 768): ContentThread {
  const file = program === undefined ? {} : { file: new URL(`data:text/javascript,${encodeURIComponent(program)}`) };
  const made = new ContentThread({ limitMs, memoryMb, ...file });
  threads.push(made);
  return made;
}

afterEach(async () => {
  for (const made of threads.splice(0)) await made.close();
});

const pdf = () => ({ bytes: pdfFile({ pages: ['Bracket'] }), name: 'bracket.pdf', cut: false });

/** Answers what it is told, hangs, or takes all memory: what a parser may do with a file. */
const parser = `
  import { parentPort } from 'node:worker_threads';
  parentPort.on('message', ({ content }) => {
    if (content.name === 'hangs') for (;;);
    if (content.name === 'exits') process.exit(3);
    if (content.name === 'throws') throw new Error('out of step');
    const heap = [];
    if (content.name === 'eats') for (;;) heap.push(new Array(1e5).fill(heap.length));
    parentPort.postMessage({ envelope: { ok: true, value: { kind: 'text', text: content.name } } });
  });`;
const named = (name: string) => ({ bytes: new Uint8Array(), name, cut: false });

describe('a thread of its own', () => {
  it('answers one after the other', async () => {
    const own = thread();
    const answers = await Promise.all([own.ask('text', pdf()), own.ask('view', pdf())]);
    expect(answers).toMatchObject([{ kind: 'pdf', text: 'Bracket' }, { kind: 'pdf', view: { form: 'pages', pages: 1 } }]);
  });

  it.each([
    ['hangs', 'CONTENT_TOO_SLOW'],
    ['exits', 'CONTENT_DAMAGED'],
    ['throws', 'CONTENT_DAMAGED'],
  ])('that %s is replaced, and the next file is answered', async (name, code) => {
    const own = thread(1_000, parser);
    await expect(own.ask('text', named(name))).rejects.toMatchObject({ code });
    expect(await own.ask('text', named('well'))).toEqual({ kind: 'text', text: 'well' });
  });

  it('that takes all its memory is replaced, and this one keeps its own', async () => {
    const own = thread(20_000, parser, 64);
    await expect(own.ask('text', named('eats'))).rejects.toMatchObject({ code: 'CONTENT_TOO_LARGE' });
    expect(await own.ask('text', named('well'))).toEqual({ kind: 'text', text: 'well' });
  });

  it('stops when nobody waits any more', async () => {
    const own = thread(20_000, parser);
    const stop = new AbortController();
    const answer = own.ask('text', named('hangs'), stop.signal);
    const reason = new Error('closed');
    setTimeout(() => stop.abort(reason), 50);
    await expect(answer).rejects.toBe(reason);
  });

  it('is ended while it looks into a file, and whoever closes does not wait for ever', async () => {
    const own = thread(20_000, parser);
    const stop = new AbortController();
    const answer = own.ask('text', named('hangs'), stop.signal);
    const failed = expect(answer).rejects.toThrow('closed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort(new Error('closed'));
    await own.close();
    await failed;
  });
});

/** Deterministic, so that a file which breaks something breaks it again. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Bytes changed, cut off, swapped or said twice. */
function mutated(file: Uint8Array, random: Generator<number, never>): Uint8Array {
  const next = (below: number): number => Math.floor(random.next().value * below);
  let bytes = file.slice();
  for (let times = 1 + next(8); times > 0; times -= 1) {
    const at = next(bytes.length);
    switch (next(5)) {
      case 0:
        bytes = bytes.slice(0, at + 1);
        break;
      case 1:
        bytes = new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(next(at + 1), at), ...bytes.subarray(at)]);
        break;
      default:
        bytes[at] = next(256);
    }
  }
  return bytes;
}

describe('damaged files', () => {
  const files: Record<string, Uint8Array> = {
    'bracket.pdf': pdfFile({ pages: ['Bracket', 'Back'], title: 'Bracket' }),
    'active.pdf': activePdf(),
    'spec.docx': docxFile({ paragraphs: ['Yêu cầu kỹ thuật', 'Thép C45'] }),
    'bom.xlsx': xlsxFile({ rows: sheetRows([['Mã', 'Số lượng'], ['A-1', 12]]) }),
    'list.csv': new TextEncoder().encode('Mã;Tên\nA-1;"Trục; dài"\n'),
    'note.txt': new TextEncoder().encode('Thép không gỉ'),
    'photo.png': pngFile(20, 20),
    'bracket.stp': stepFile(['Giá đỡ']),
    'plate.dxf': dxfFile({ texts: ['R12'] }),
  };
  /** What a file may end with; everything else would be a fault of ours. */
  const ends = new Set(['shown', 'CONTENT_DAMAGED', 'CONTENT_PROTECTED', 'CONTENT_TOO_LARGE']);

  it.each(Object.keys(files))('of 200 mutations of %s each is shown or refused with a code', async (name) => {
    const own = thread(10_000);
    const random = randoms(name.length * 7_919);
    const unforeseen: string[] = [];
    let refused = 0;
    for (let number = 0; number < 200; number += 1) {
      const content = { bytes: mutated(files[name] ?? new Uint8Array(), random), name, cut: false };
      const end = await own.ask(number % 2 === 0 ? 'view' : 'text', content).then(
        () => 'shown',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
      if (end !== 'shown') refused += 1;
      if (!ends.has(end)) unforeseen.push(`${number}: ${end}`);
    }
    expect(unforeseen).toEqual([]);
    expect(refused).toBeLessThan(200);
  }, 30_000);
});
