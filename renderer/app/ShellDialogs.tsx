import { Tour } from '../features/help/Tour.tsx';
import { Palette } from '../features/palette/Palette.tsx';
import { MoveDialog } from '../features/projects/moves/MoveDialog.tsx';
import { ShortcutsDialog } from '../features/shortcuts/ShortcutsDialog.tsx';
import { useSession } from './app-store.ts';

/** What can open above every page of a signed-in person. */
export function ShellDialogs() {
  const { past } = useSession();
  return (
    <>
      <MoveDialog />
      <Palette />
      <ShortcutsDialog />
      {!past && <Tour />}
    </>
  );
}
