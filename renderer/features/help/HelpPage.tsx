import { Button, TextInput } from '@mantine/core';
import { IconHelp, IconRoute, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession } from '../../app/app-store.ts';
import { Notice } from '../../ui/Notice.tsx';
import classes from './Help.module.css';
import { tells, topics, type Topic } from './topics.ts';
import { startTour } from './tour.ts';

/** What to do when…: everything is in the application itself, so it is there without a network, too. */
export function HelpPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const found = topics.filter(({ key }) => tells(`${t(`help.topics.${key}.title`)} ${t(`help.topics.${key}.text`)}`, search));
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('help.title')}</h1>
        <span className={classes['count']} role="status">
          {t('help.count', { count: found.length })}
        </span>
        <div className={classes['tools']}>
          <Button variant="default" leftSection={<IconRoute size={16} aria-hidden />} onClick={startTour}>
            {t('help.tour.start')}
          </Button>
          <TextInput
            type="search"
            aria-label={t('help.search')}
            placeholder={t('help.search')}
            leftSection={<IconSearch size={16} aria-hidden />}
            maxLength={200}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      </header>
      <div className={classes['scroller']}>
        {found.length === 0 ? (
          <Notice icon={IconHelp} title={t('help.noneTitle')} text={t('help.noneText')}>
            <Button variant="default" onClick={() => setSearch('')}>
              {t('help.showAll')}
            </Button>
          </Notice>
        ) : (
          <ul className={classes['topics']}>
            {found.map((topic) => (
              <TopicEntry key={topic.key} topic={topic} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function TopicEntry({ topic }: { topic: Topic }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const places = topic.places.filter(({ mayOpen }) => mayOpen(person.role));
  return (
    <li className={classes['topic']}>
      <h2 className={classes['topicTitle']}>{t(`help.topics.${topic.key}.title`)}</h2>
      {t(`help.topics.${topic.key}.text`)
        .split('\n')
        .map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      {places.map(({ path, name }) => (
        <Link key={path} to={path} className={classes['place']}>
          {t('help.goTo', { page: t(`app.navigation.${name}`) })}
        </Link>
      ))}
    </li>
  );
}
