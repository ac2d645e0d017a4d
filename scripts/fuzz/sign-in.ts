import type { Node } from './world.ts';

/** Signing in may meet a cut link or a full disk like anything else; the person simply tries again. */
export async function signInThrough(node: Node): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await node.desktop.signIn(node.email, {}, true);
      return;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}
