import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectRow, StageColumn } from '../../../../shared/api/projects.ts';
import { MoveMenu } from '../moves/MoveMenu.tsx';

const keepFromCard = (event: SyntheticEvent) => event.stopPropagation();

/** "Move to…" of one card. The menu is built at its first use: a board has many cards and few of them are asked. */
export function CardMenu({ project, stages }: { project: ProjectRow; stages: readonly StageColumn[] }) {
  const { t } = useTranslation();
  const [used, setUsed] = useState(false);
  const [opened, setOpened] = useState(false);
  const label = t('projects.board.card.menu', { code: project.project_id });
  const icon = <IconDots size={16} aria-hidden />;

  // Keys and presses inside the menu reach the card too, where they would start a drag.
  return (
    <span onKeyDown={keepFromCard} onMouseDown={keepFromCard} onTouchStart={keepFromCard}>
      {used ? (
        <MoveMenu project={project} stages={stages} opened={opened} onChange={setOpened} position="bottom-end">
          <ActionIcon size="sm" aria-label={label}>
            {icon}
          </ActionIcon>
        </MoveMenu>
      ) : (
        <ActionIcon
          size="sm"
          aria-label={label}
          aria-haspopup="menu"
          onClick={() => {
            setUsed(true);
            setOpened(true);
          }}
        >
          {icon}
        </ActionIcon>
      )}
    </span>
  );
}
