import { Button, Group } from '@mantine/core';
import { IconLinkOff, IconRefresh, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Navigate, useParams } from 'react-router';
import { isProvisionalCode } from '../../../shared/domain/intake.ts';
import { paths } from '../../app/paths.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { openPalette } from '../palette/palette-store.ts';
import { useSyncNow } from '../sync/use-sync-now.ts';

/** Where a link from outside arrives: goes on to the project, or says why it cannot and what to do. */
export function LinkPage() {
  const { code } = useParams();
  return code === undefined ? <UnreadableLink /> : <ProjectLink code={code} />;
}

function ProjectLink({ code }: { code: string }) {
  const { data, error, isPending, refetch } = useQuery(query('search.code', { code }));
  if (data) return <Navigate to={paths.project(data.id)} replace />;
  if (error) return <LoadFailure page error={error} retry={() => void refetch()} />;
  return isPending ? null : <UnknownCode code={code} />;
}

/** A project that comes with a later sync opens by itself. */
function UnknownCode({ code }: { code: string }) {
  const { t } = useTranslation();
  const syncNow = useSyncNow();
  return (
    <Notice page icon={IconLinkOff} title={t('shell.link.unknown', { code })} text={t(isProvisionalCode(code) ? 'shell.link.provisionalText' : 'shell.link.unknownText')}>
      <Group>
        <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={syncNow}>
          {t('sync.now')}
        </Button>
        <Button variant="default" leftSection={<IconSearch size={16} aria-hidden />} onClick={() => openPalette(code)}>
          {t('shell.link.search')}
        </Button>
      </Group>
    </Notice>
  );
}

function UnreadableLink() {
  const { t } = useTranslation();
  return (
    <Notice page icon={IconLinkOff} title={t('shell.link.unreadable')} text={t('shell.link.unreadableText')}>
      <Button variant="default" leftSection={<IconSearch size={16} aria-hidden />} onClick={() => openPalette()}>
        {t('shell.link.search')}
      </Button>
    </Notice>
  );
}
