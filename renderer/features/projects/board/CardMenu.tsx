import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { MoveMenu } from '../moves/MoveMenu.tsx';

const keepFromCard = (event: SyntheticEvent) => event.stopPropagation();

/** "Move to…" of one card. */
export function CardMenu({ project, stages }: { project: ProjectRow; stages: readonly StageColumn[] }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  // Keys and presses inside the menu reach the card too, where they would start a drag.
  return (
    <span onKeyDown={keepFromCard} onMouseDown={keepFromCard} onTouchStart={keepFromCard}>
      <MoveMenu project={project} stages={stages} opened={opened} onChange={setOpened} position="bottom-end">
        <ActionIcon size="sm" aria-label={t('projects.board.card.menu', { code: project.project_id })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </MoveMenu>
    </span>
  );
}
