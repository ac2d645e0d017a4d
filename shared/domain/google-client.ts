import { z } from 'zod';
import { isClientId } from './drive.ts';

export const clientIdSchema = z.string().trim().max(200).refine(isClientId);

/** Google's secrets of desktop clients; of their form nothing but the characters is promised. */
export const clientSecretSchema = z.string().trim().regex(/^[A-Za-z0-9_-]{10,200}$/);
