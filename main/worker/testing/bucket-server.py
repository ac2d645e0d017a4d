"""An S3-compatible server for tests: OpenStack Swift with its s3api, all parts of it in this one process.

Usage: bucket-server.py FOLDER USER:NAME SECRET
Prints the port of 127.0.0.1 on which it answers, and ends when its standard input does.
"""

import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from paste.deploy import loadapp  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.storage_policy import reload_storage_policies  # noqa: E402
from swift.common import utils  # noqa: E402

KINDS = ('account', 'container', 'object')

STORAGE = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
fallocate_reserve = 0
[app:main]
use = egg:swift#{kind}
"""

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth copy slo dlo versioned_writes proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = test-1
[filter:tempauth]
use = egg:swift#tempauth
user_{user} = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
error_suppression_interval = 0
"""


class NothingKept:
    """In place of memcached, without which Swift's sign-in does not begin."""

    def get(self, *_args, **_more):
        return None

    set = delete = incr = decr = get


def with_cache(app):
    def call(environ, start_response):
        environ['swift.cache'] = NothingKept()
        return app(environ, start_response)
    return call


def serve(listener, folder, name, conf):
    path = os.path.join(folder, name + '.conf')
    with open(path, 'w') as file:
        file.write(conf)
    app = loadapp('config:' + path, global_conf={'log_name': name})
    eventlet.spawn(wsgi.server, listener, with_cache(app), log_output=False, debug=False)


def main(folder, user, secret):
    os.makedirs(os.path.join(folder, 'devices', 'disk'), exist_ok=True)
    with open(os.path.join(folder, 'swift.conf'), 'w') as file:
        file.write('[swift-hash]\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n')
    utils.SWIFT_CONF_FILE = os.path.join(folder, 'swift.conf')
    utils.HASH_PATH_SUFFIX = b'test'
    reload_storage_policies()

    listeners = {kind: eventlet.listen(('127.0.0.1', 0)) for kind in KINDS}
    for kind, listener in listeners.items():
        builder = RingBuilder(1, 1, 0)
        builder.add_dev({'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'device': 'disk',
                         'ip': '127.0.0.1', 'port': listener.getsockname()[1]})
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, kind + '.ring.gz'))
        serve(listener, folder, kind, STORAGE.format(folder=folder, kind=kind))
    proxy = eventlet.listen(('127.0.0.1', 0))
    serve(proxy, folder, 'proxy', PROXY.format(folder=folder, user=user.replace(':', '_'), secret=secret))
    print(proxy.getsockname()[1], flush=True)
    eventlet.tpool.execute(sys.stdin.read)
    os._exit(0)


main(*sys.argv[1:])
