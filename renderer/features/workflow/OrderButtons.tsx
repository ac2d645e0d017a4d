import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

interface Props {
  name: string;
  place: number;
  count: number;
  move: (to: number) => void;
}

/** The way to another place without dragging. */
export function OrderButtons({ name, place, count, move }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <ActionIcon aria-label={t('workflow.up', { name })} disabled={place === 0} onClick={() => move(place - 1)}>
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label={t('workflow.down', { name })} disabled={place === count - 1} onClick={() => move(place + 1)}>
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
    </>
  );
}
