"""moto's server, one request at a time: by itself it lets two transactions of DynamoDB run into each other."""

import sys
import threading

from moto import backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.rds.models import RDSBackend
from werkzeug.serving import run_simple

# It looks through its own folder, twice for each request, which takes a third of its time.
modules = list(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules

modify = RDSBackend.modify_db_cluster


def modify_with_instances(self, kwargs):
    """A cluster's instances stay its own when it is renamed, which moto forgets."""
    before, after = kwargs["db_cluster_identifier"], kwargs.get("new_db_cluster_identifier")
    members = [each for each in self.databases.values() if each.db_cluster_identifier == before]
    cluster = modify(self, kwargs)
    for member in members if after else []:
        member.db_cluster_identifier = after
    return cluster


RDSBackend.modify_db_cluster = modify_with_instances

moto = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


class KeptConnections(MotoRequestHandler):
    protocol_version = "HTTP/1.1"


def serial(environ, start_response):
    with turn:
        return moto(environ, start_response)


run_simple("127.0.0.1", int(sys.argv[1]), serial, threaded=True, request_handler=KeptConnections)
