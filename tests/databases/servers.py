"""Database servers for a test's own use: on loopback, in a directory of their own, gone when it ends."""

import glob
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

from harness import free_port

START_SECONDS_MAX = 90
PASSWORD = "sluice-password"


class Missing(Exception):
    """A program that is not on this machine; says which package brings it."""


def program(name, package, *folders):
    for folder in folders:
        for path in sorted(glob.glob(f"{folder}/{name}"), reverse=True):
            return path
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name} is not installed: ./dev setup, or apt-get install {package}")
    return found


def unprivileged():
    """How to run as somebody else: neither server starts as root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """Started when it is made; `close` ends it at once, since nobody wants its data. A secured one has TLS, with a
    certificate for "localhost" that is its own authority, and PostgreSQL asks for PASSWORD."""

    def __init__(self, folder, secured=False):
        self.folder = pathlib.Path(folder)
        self.secured = secured
        self.folder.mkdir()
        self.port = free_port()
        self.rights = unprivileged()
        if self.rights:
            os.chown(self.folder, self.rights["user"], self.rights["group"])
            self.folder.parent.chmod(0o755)
        self.log = open(self.folder.with_suffix(".log"), "ab")
        try:
            if secured:
                self.make_certificate()
            self.make()
            self.start()
        except BaseException:
            self.log.close()
            raise

    @property
    def certificate(self):
        return self.folder / "certificate.pem"

    @property
    def key(self):
        return self.folder / "key.pem"

    def make_certificate(self):
        self.run(program("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                 "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(self.key), "-out",
                 str(self.certificate))

    def start(self):
        self.process = subprocess.Popen(self.command(), **self.pipes())
        self.wait()

    def pipes(self):
        return {"stdin": subprocess.DEVNULL, "stdout": self.log, "stderr": self.log, "cwd": self.folder, **self.rights}

    def run(self, *command, **pipes):
        subprocess.run(command, check=True, timeout=START_SECONDS_MAX, **{**self.pipes(), **pipes})

    def wait(self):
        end = time.monotonic() + START_SECONDS_MAX
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.close()
                raise AssertionError(f"{self.command()[0]} does not start:\n"
                                     + self.folder.with_suffix(".log").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.1)

    def answers(self):
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        """It may start again; what was not committed is lost."""
        self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        self.log.close()


class Postgres(Server):
    """Debian's, the newest that is installed."""

    SCHEME, DATABASE = "postgresql", "postgres"
    FOLDERS = ["/usr/lib/postgresql/*/bin"]

    def make(self):
        secret = self.folder / "password"
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        self.run(program("initdb", "postgresql", *self.FOLDERS), "-D", str(self.folder / "data"), "-U", "sluice",
                 "-A", "scram-sha-256" if self.secured else "trust", f"--pwfile={secret}", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync")

    def command(self):
        # Killed are services, not this server: it need not outlive the machine.
        # A secured one is otherwise as a server is installed: nothing can be prepared there.
        tls = ["-c", "ssl=on", "-c", f"ssl_cert_file={self.certificate}", "-c", f"ssl_key_file={self.key}"]
        plain = ["-c", "max_prepared_transactions=32"]
        return [program("postgres", "postgresql", *self.FOLDERS), "-D", str(self.folder / "data"), "-p", str(self.port),
                "-h", "127.0.0.1", "-k", str(self.folder), "-c", "fsync=off", "-c", "shared_buffers=32MB",
                "-c", "authentication_timeout=300",
                *(tls if self.secured else plain)]

    def kill(self):
        """Its processes share memory: killed one by one they would be in each other's way at the next start."""
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(timeout=START_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            super().kill()

    def answers(self):
        return super().answers() and self.psql("postgres", "select 1", check=False) == "1\n"

    def psql(self, database, sql, check=True):
        """What a statement answers, as unaligned text."""
        ran = subprocess.run(
            [program("psql", "postgresql", *self.FOLDERS), "-X", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.port),
             "-U", "sluice", "-d", database, "-v", "ON_ERROR_STOP=1", "-c", sql],
            env={**os.environ, "PGPASSWORD": PASSWORD}, capture_output=True, text=True, timeout=60, check=False)
        if check and ran.returncode != 0:
            raise AssertionError(f"{sql}\n{ran.stderr}")
        return ran.stdout

    def database(self, name):
        """Made; answers its JDBC URL."""
        self.psql("postgres", f"create database {name}")
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{name}?user=sluice"


class Mariadb(Server):
    """Without system tables: whoever connects may do everything, on loopback, for as long as a test runs."""

    SCHEME, DATABASE = "mysql", "sluice"
    FOLDERS = ["/usr/sbin"]

    def make(self):
        """Ended in order once, it outlives a kill: what it makes at its first start it does not write at once."""
        data = self.folder / "data"
        data.mkdir()
        if self.rights:
            os.chown(data, self.rights["user"], self.rights["group"])
        sql = self.folder / "start.sql"
        sql.write_text("create database sluice;\n", encoding="utf-8")
        with open(sql, "rb") as statements:
            self.run(*self.server(), "--bootstrap", stdin=statements)

    def server(self):
        return [program("mariadbd", "mariadb-server-core", *self.FOLDERS), "--no-defaults", "--skip-grant-tables",
                f"--datadir={self.folder}/data", "--innodb-flush-log-at-trx-commit=2", "--connect-timeout=300"]

    def command(self):
        tls = [f"--ssl-cert={self.certificate}", f"--ssl-key={self.key}"]
        return [*self.server(), f"--port={self.port}", "--bind-address=127.0.0.1", f"--socket={self.folder}/socket",
                *(tls if self.secured else [])]

    def url(self):
        return f"jdbc:mariadb://127.0.0.1:{self.port}/sluice?user=sluice"
