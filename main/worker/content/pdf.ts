import './pdf-environment.ts';
import { getDocument, VerbosityLevel, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { ContentWarning, Fact, LookedInto } from '../../../shared/domain/content.ts';
import { AppError } from '../../../shared/errors.ts';
import { damaged } from './failure.ts';
import { TextSink } from './text-sink.ts';

/** Pages whose text is read. */
const MAX_PAGES = 1_000;

async function open<Result>(bytes: Uint8Array, use: (document: PDFDocumentProxy) => Promise<Result>): Promise<Result> {
  const task = getDocument({
    // It takes its input over.
    data: bytes.slice(),
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: false,
    disableFontFace: true,
    useWorkerFetch: false,
    useWasm: false,
  });
  try {
    return await use(await task.promise);
  } catch (error) {
    if ((error as Error).name === 'PasswordException') throw new AppError('CONTENT_PROTECTED', 'the file has a password');
    throw damaged(error);
  } finally {
    await task.destroy();
  }
}

/** The text of all pages, each after an empty line. */
export const textOfPdf = (bytes: Uint8Array): Promise<string> =>
  open(bytes, async (document) => {
    const sink = new TextSink();
    for (let number = 1; number <= Math.min(document.numPages, MAX_PAGES) && !sink.full; number += 1) {
      try {
        const page = await document.getPage(number);
        const { items } = await page.getTextContent();
        for (const item of items) if ('str' in item) sink.add(item.str + (item.hasEOL ? '\n' : ''));
        page.cleanup();
      } catch {
        // One page of many: what the others say is still worth finding.
      }
      sink.add('\n\n');
    }
    return sink.text;
  });

export const lookIntoPdf = (bytes: Uint8Array): Promise<Pick<LookedInto, 'view' | 'facts' | 'warnings'>> =>
  open(bytes, async (document) => {
    const { numPages } = document;
    const facts: Fact[] = [{ name: 'pages', values: [numPages] }];
    const page = await document.getPage(1);
    const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
    facts.push({ name: 'page_size', values: [millimetres(right - left, page.userUnit), millimetres(top - bottom, page.userUnit)] });
    const info = (await document.getMetadata()).info as Record<string, unknown>;
    for (const [name, key] of [['title', 'Title'], ['author', 'Author'], ['program', 'Creator']] as const) {
      const value = info[key];
      if (typeof value === 'string' && value.trim() !== '') facts.push({ name, values: [value.trim().slice(0, 300)] });
    }
    return { view: { form: 'pages', pages: numPages }, facts, warnings: await warningsOf(document, info) };
  });

const millimetres = (points: number, unit: number): number => Math.round((points * unit * 25.4) / 72);

async function warningsOf(document: PDFDocumentProxy, info: Record<string, unknown>): Promise<ContentWarning[]> {
  const warnings: ContentWarning[] = [];
  const openAction = (await document.getOpenAction()) as { action?: unknown } | null;
  if ((await document.hasJSActions()) || (await document.getJSActions()) !== null || openAction?.action !== undefined) warnings.push('scripts');
  if ((await document.getAttachments()) !== null) warnings.push('attachments');
  if (info['IsXFAPresent'] === true) warnings.push('form');
  return warnings;
}
