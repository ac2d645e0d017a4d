import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useId, useImperativeHandle, useState, type Ref, type SyntheticEvent } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { MoveMenu } from '../moves/MoveMenu.tsx';

const keepFromCard = (event: SyntheticEvent) => event.stopPropagation();

/**
 * "Move to…" of one card. Until somebody asks for it there is only its button: a menu for each card would take as long to
 * draw as all else on the board.
 */
export function CardMenu({ project, stages }: { project: ProjectRow; stages: readonly StageColumn[] }) {
  const { t } = useTranslation();
  const id = useId();
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  const [asked, setAsked] = useState(false);
  const [opened, setOpened] = useState(false);
  const toggle = () => {
    // Made closed and opened then: a menu notes at its opening where the focus goes back to.
    if (!asked) flushSync(() => setAsked(true));
    setOpened(!opened);
  };
  // Keys and presses inside the menu reach the card too, where they would start a drag.
  return (
    <span onKeyDown={keepFromCard} onMouseDown={keepFromCard} onTouchStart={keepFromCard}>
      <ActionIcon
        ref={setButton}
        id={id}
        size="sm"
        aria-label={t('projects.board.card.menu', { code: project.project_id })}
        aria-haspopup="menu"
        aria-expanded={opened}
        aria-controls={opened ? `${id}-dropdown` : undefined}
        onClick={toggle}
      >
        <IconDots size={16} aria-hidden />
      </ActionIcon>
      {asked && button && (
        <MoveMenu id={id} project={project} stages={stages} opened={opened} onChange={setOpened} position="bottom-end">
          <DrawnAlready element={button} />
        </MoveMenu>
      )}
    </span>
  );
}

/** In the place where a menu expects its button, when that has been on the screen before the menu. */
function DrawnAlready({ element, ref }: { element: HTMLElement; ref?: Ref<HTMLElement> }) {
  useImperativeHandle(ref, () => element, [element]);
  return null;
}
