import { z } from 'zod';
import { operation } from './operation.ts';
import { text } from './text.ts';

export const viewScreens = ['projects'] as const;
export type ViewScreen = (typeof viewScreens)[number];

/** A named arrangement of a screen. What `definition` holds is the screen's own. */
export interface SavedView {
  id: string;
  name: string;
  definition: Record<string, unknown>;
  is_shared: boolean;
  /** The signed-in person's; others' can be used and copied. */
  own: boolean;
  owner_name: string | null;
  pending: boolean;
}

const name = text(200).pipe(z.string().min(1));
const storable = text(10_000);
/** What a screen keeps; texts in it, a search for instance, as the centre can store them. */
const definition = z
  .record(z.string().max(100), z.unknown())
  .transform((given) =>
    JSON.parse(JSON.stringify(given), (_name, value: unknown) => (typeof value === 'string' ? storable.parse(value) : value)) as Record<string, unknown>,
  );

export const viewsApi = {
  /** Own views and those shared by others, by name. */
  'views.list': operation<SavedView[]>()(z.strictObject({ screen: z.enum(viewScreens) })),
  /** Returns the new view's id. */
  'views.add': operation<string>()(
    z.strictObject({ screen: z.enum(viewScreens), name, definition, is_shared: z.boolean().default(false) }),
  ),
  'views.change': operation<null>()(
    z.strictObject({
      id: z.uuid(),
      patch: z.strictObject({ name, definition, is_shared: z.boolean() }).partial(),
    }),
  ),
  /** Out of sight for everybody; kept in the centre. */
  'views.archive': operation<null>()(z.strictObject({ id: z.uuid(), archived: z.boolean().default(true) })),
  /** The view with which the person begins; null for none. */
  'views.setDefault': operation<null>()(z.strictObject({ screen: z.enum(viewScreens), id: z.uuid().nullable() })),
};
