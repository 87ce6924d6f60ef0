"""A real Slurm on this one machine: munge, a controller, two nodes with two fake GPUs each, a third
without. Loopback only, polling in place of cgroups, no accounting database; root has to start it.

python tests/support/slurm/cluster.py FOLDER    starts one to try things on, until Ctrl-C
"""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol")
# The executor starts `srun` in jobs without SLURM_CONF, so the configuration has to lie there too.
SYSTEM = Path("/etc/slurm")
FILES = ("slurm.conf", "gres.conf", "cgroup.conf")
GPU_NODES, CPU_NODES = ("gpu1", "gpu2"), ("cpu1",)
NODES = (*GPU_NODES, *CPU_NODES)
# Characters 1:3 and 1:5 are those of /dev/null and /dev/zero: files that Slurm takes for GPUs.
FAKE_GPUS = {"nvidia0": (1, 3), "nvidia1": (1, 5)}

# cred_expire is also how long a requeued job waits before it starts again.
CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={run}/munge.sock,cred_expire=20
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={run}/state
SlurmdSpoolDir={run}/spool.%n
SlurmctldPidFile={run}/slurmctld.pid
SlurmdPidFile={run}/slurmd.%n.pid
SlurmctldLogFile={run}/slurmctld.log
SlurmdLogFile={run}/slurmd.%n.log
SlurmdTimeout=10
MessageTimeout=20
ReturnToService=2
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=256
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
JobRequeue=0
KillWait=2
MinJobAge=3600
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
GresTypes=gpu
SlurmdParameters=config_overrides
{nodes}
PartitionName=gpu Nodes={gpu_nodes} Default=NO MaxTime=2-00:00:00 State=UP
PartitionName=cpu Nodes={cpu_nodes} Default=YES MaxTime=2-00:00:00 State=UP
"""


def why_not() -> str:
    """Why no cluster can be started here; empty where one can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return (
            f"no Slurm here (missing: {', '.join(missing)}); on Debian: apt-get install "
            "--no-install-recommends slurmctld slurmd slurm-client munge"
        )
    if os.geteuid() != 0:
        return "only root can start a Slurm"
    if any((SYSTEM / name).exists() and not (SYSTEM / name).is_symlink() for name in FILES):
        return f"{SYSTEM} belongs to a cluster already"
    return ""


class Cluster:
    """The daemons below `folder`, whose path is short enough for a socket."""

    def __init__(self, folder: Path):
        self.folder, self.run = folder, folder / "run"
        self.configuration = folder / "slurm.conf"
        self.environment = {**os.environ, "SLURM_CONF": str(self.configuration)}

    def start(self) -> None:
        self._write_configuration()
        self._command(
            "munged",
            *(f"--socket={self.run}/munge.sock", f"--key-file={self.folder}/munge.key"),
            *(f"--log-file={self.run}/munged.log", f"--pid-file={self.run}/munged.pid"),
            *(f"--seed-file={self.run}/munge.seed", "--force"),
        )
        self.start_controller()
        for node in NODES:
            self.start_node(node)

    def stop(self) -> None:
        """End what was started, by process id."""
        self.cancel_all()
        for name in (*(f"slurmd.{node}" for node in NODES), "slurmctld", "munged"):
            self._kill(name)
        for name in FILES:
            if (SYSTEM / name).is_symlink():
                (SYSTEM / name).unlink()

    def start_controller(self) -> None:
        self._command("slurmctld")
        self._wait(lambda: self._command("scontrol", "ping").stdout.count("UP"), "a controller")

    def kill_controller(self) -> None:
        self._kill("slurmctld")

    def remember_jobs_for(self, seconds: int) -> None:
        """After their end; until then an hour. Slurm looks for such jobs once in half a minute."""
        text = self.configuration.read_text()
        self.configuration.write_text(re.sub(r"MinJobAge=\d+", f"MinJobAge={seconds}", text))
        self.command("scontrol", "reconfigure")

    def start_node(self, node: str) -> None:
        self._command("slurmd", "-N", node)
        self._wait(lambda: self.node_state(node).startswith(("idle", "mixed")), f"node {node}")

    def kill_node(self, node: str) -> None:
        """Its daemon, and every process of the jobs on it, at once, as by a power cut."""
        self._kill(f"slurmd.{node}")
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                variables = (process / "environ").read_bytes().split(b"\0")
                command = (process / "cmdline").read_bytes()
                on_node = f"SLURMD_NODENAME={node}".encode() in variables
                if on_node or (b"slurmstepd" in command and node.encode() in command):
                    os.kill(int(process.name), signal.SIGKILL)

    def node_state(self, node: str) -> str:
        return self._command("sinfo", "--noheader", "--node", node, "--format=%T").stdout.strip()

    def jobs(self) -> dict[str, dict[str, str]]:
        """All jobs that the controller remembers, by number: the fields that scontrol shows."""
        shown = self._command("scontrol", "--oneliner", "show", "job").stdout
        rows = [
            dict(word.split("=", 1) for word in line.split() if "=" in word)
            for line in shown.splitlines()
        ]
        return {row["JobId"]: row for row in rows if "JobId" in row}

    def running(self, words: str) -> list[str]:
        """Numbers of the running jobs whose comment, rule and wildcards, has these words."""
        return [
            number
            for number, job in self.jobs().items()
            if job["JobState"] == "RUNNING" and words in job.get("Comment", "")
        ]

    def command(self, *words: str) -> str:
        """What a command of Slurm prints."""
        done = self._command(*words)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def cancel_all(self) -> None:
        self._command("scancel", "--user=root")

    def _write_configuration(self) -> None:
        for folder in (self.folder, self.run, self.run / "state"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        host = socket.gethostname().partition(".")[0]
        ports = iter(_free_ports(len(NODES) + 1))
        nodes = [
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={next(ports)} CPUs=8 "
            f"RealMemory=16000 {'Gres=gpu:2 ' if node in GPU_NODES else ''}State=UNKNOWN"
            for node in NODES
        ]
        files = {
            "slurm.conf": CONFIGURATION.format(
                host=host,
                run=self.run,
                controller_port=next(ports),
                nodes="\n".join(nodes),
                gpu_nodes=",".join(GPU_NODES),
                cpu_nodes=",".join(CPU_NODES),
            ),
            "gres.conf": "".join(
                f"NodeName={node} Name=gpu File={self.folder}/{gpu}\n"
                for node in GPU_NODES
                for gpu in FAKE_GPUS
            ),
            "cgroup.conf": "CgroupPlugin=cgroup/v1\n",
        }
        SYSTEM.mkdir(exist_ok=True)
        for name, text in files.items():
            (self.folder / name).write_text(text)
            (SYSTEM / name).unlink(missing_ok=True)
            (SYSTEM / name).symlink_to(self.folder / name)
        for name, numbers in FAKE_GPUS.items():
            os.mknod(self.folder / name, stat.S_IFCHR | 0o666, os.makedev(*numbers))
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)

    def _command(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            words, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def _kill(self, name: str) -> None:
        """End a daemon by the id it wrote down, if that still is its process."""
        with suppress(OSError, ValueError):
            process = int((self.run / f"{name}.pid").read_text())
            command = Path(f"/proc/{process}/cmdline").read_bytes()
            if name.partition(".")[0].encode() in command:
                os.kill(process, signal.SIGKILL)
                self._wait(lambda: not _alive(process), f"the end of {name}")

    @staticmethod
    def _wait(condition, what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{what} did not come in {seconds:.0f} s")
            time.sleep(0.2)


def _alive(process: int) -> bool:
    """Whether it runs; what only waits to be reaped does not."""
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


if __name__ == "__main__":
    if reason := why_not():
        sys.exit(reason)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    cluster = Cluster(Path(sys.argv[1]).absolute())
    cluster.start()
    print(f"export SLURM_CONF={cluster.configuration}", flush=True)
    ended.wait()
    cluster.stop()
