import type { ContentKind } from '../../../shared/domain/content.ts';

/** Written for people: set in letters of different widths. */
export const isWritten = (kind: ContentKind): boolean => kind === 'docx';
