import type { LookedInto } from '../../../shared/domain/content.ts';
import { lookIntoDxf, textOfDxf } from './dxf.ts';
import { textOfDocx } from './docx.ts';
import { kindOf } from './kinds.ts';
import { lookIntoPdf, textOfPdf } from './pdf.ts';
import { lookIntoPicture } from './picture.ts';
import { lookIntoTable, lookIntoText, shownText, textOfText } from './plain-text.ts';
import { lookIntoStep, textOfStep } from './step.ts';
import { lookIntoXlsx, textOfXlsx } from './xlsx.ts';

/** A file that is looked into. */
export interface Content {
  bytes: Uint8Array;
  name: string;
  /** These are its first bytes only. */
  cut: boolean;
}

type Found = Pick<LookedInto, 'view' | 'facts'> & Partial<Pick<LookedInto, 'warnings'>>;

/** What is shown of a file. Fails with CONTENT_DAMAGED, CONTENT_PROTECTED or CONTENT_TOO_LARGE. */
export async function lookInto({ bytes, name, cut }: Content): Promise<LookedInto> {
  const { kind, otherKind } = kindOf(bytes, name);
  const { view, facts, warnings = [] } = await found();
  return { kind, view, facts, warnings: otherKind ? ['other_kind', ...warnings] : warnings };

  async function found(): Promise<Found> {
    switch (kind) {
      case 'pdf':
        return await lookIntoPdf(bytes);
      case 'docx':
        return shownText(await textOfDocx(bytes), false);
      case 'xlsx':
        return await lookIntoXlsx(bytes);
      case 'table':
        return lookIntoTable(bytes, cut, name);
      case 'image':
        return lookIntoPicture(bytes);
      case 'step':
        return { ...lookIntoStep(bytes), warnings: cut ? ['cut'] : [] };
      case 'dxf':
        return { ...lookIntoDxf(bytes), warnings: cut ? ['cut'] : [] };
      // A drawing that can hold a program: what it says is shown, never what it draws.
      case 'svg':
      case 'text':
        return lookIntoText(bytes, cut);
      case 'other':
        return { view: { form: 'facts' }, facts: [] };
    }
  }
}

/** What of a file can be searched; null where it holds no words. Fails as `lookInto` does. */
export async function textOf({ bytes, name, cut }: Content): Promise<{ kind: LookedInto['kind']; text: string | null }> {
  const { kind } = kindOf(bytes, name);
  switch (kind) {
    case 'pdf':
      return { kind, text: await textOfPdf(bytes) };
    case 'docx':
      return { kind, text: await textOfDocx(bytes) };
    case 'xlsx':
      return { kind, text: await textOfXlsx(bytes) };
    case 'table':
    case 'text':
    case 'svg':
      return { kind, text: textOfText(bytes, cut) };
    case 'step':
      return { kind, text: textOfStep(bytes) };
    case 'dxf':
      return { kind, text: textOfDxf(bytes) };
    case 'image':
    case 'other':
      return { kind, text: null };
  }
}
