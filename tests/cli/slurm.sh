#!/bin/sh
# slurm.sh COMMAND...: runs the command with a Slurm of its own, which has this machine as its only
# node and ends with the command. 77: Slurm is not installed, does not start, or we are not root.
#
# The daemons use keys, sockets, ports and folders of their own; a Slurm of the machine is left
# alone.
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch sinfo; do
    command -v $tool >/dev/null || { echo "skipped: there is no $tool"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: only root can start slurmd"; exit 77; }

folder=$(mktemp -d) || exit 2
daemons=
stop() {
    for daemon in $daemons; do
        kill "$daemon" 2>/dev/null
    done
    # shellcheck disable=SC2086
    wait $daemons 2>/dev/null
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 2' HUP INT TERM

node=$(hostname | cut -d. -f1)
ports=$((20000 + $$ % 20000))
mkdir "$folder/spool" "$folder/state"
head -c 128 /dev/urandom >"$folder/key"
chmod 600 "$folder/key"
chmod 755 "$folder"
cat >"$folder/slurm.conf" <<END
ClusterName=rundown
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge
CredType=cred/munge
SlurmctldPort=$ports
SlurmdPort=$((ports + 1))
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmdSpoolDir=$folder/spool
StateSaveLocation=$folder/state
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
END
SLURM_CONF=$folder/slurm.conf
export SLURM_CONF

munged --foreground --force --socket="$folder/munge" --key-file="$folder/key" \
    --pid-file="$folder/munge.pid" --log-file="$folder/munge.log" \
    --seed-file="$folder/munge.seed" >"$folder/munged.out" 2>&1 &
daemons=$!
while [ ! -S "$folder/munge" ] && kill -0 "$daemons" 2>/dev/null; do sleep 0.1; done
slurmctld -D >"$folder/slurmctld.out" 2>&1 &
daemons="$daemons $!"
slurmd -D -N "$node" >"$folder/slurmd.out" 2>&1 &
daemons="$daemons $!"

tries=0
until [ "$(sinfo -h -o %t 2>/dev/null)" = idle ]; do
    tries=$((tries + 1))
    if [ $tries -gt 150 ]; then
        echo "skipped: Slurm does not start:"
        tail -n 5 "$folder"/*.out
        exit 77
    fi
    sleep 0.2
done
"$@"
