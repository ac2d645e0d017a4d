import { z } from 'zod';
import { operation } from './operation.ts';

/** What is kept in the person's own preferences, and so follows them to every machine. */
export const helpApi = {
  'help.tour': operation<{ seen: boolean }>()(z.void()),
  /** The person has gone through the tour, or does not want it. */
  'help.endTour': operation<null>()(z.void()),
};
