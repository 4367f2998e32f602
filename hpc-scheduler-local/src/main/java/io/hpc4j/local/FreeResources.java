package io.hpc4j.local;

import java.util.Arrays;
import java.util.Optional;

/** What is free on each node of a cluster whose nodes are alike. For one thread. */
final class FreeResources {

    private final int slotsPerNode;
    private final long memoryPerNode;
    private final int gpusPerNode;
    private final int[] slots;
    private final long[] memory;
    private final int[] gpus;
    private final boolean[] up;
    private int freeSlots;

    /** All nodes are up and empty. */
    FreeResources(int nodes, int slotsPerNode, long memoryPerNode, int gpusPerNode) {
        this.slotsPerNode = slotsPerNode;
        this.memoryPerNode = memoryPerNode;
        this.gpusPerNode = gpusPerNode;
        slots = new int[nodes];
        memory = new long[nodes];
        gpus = new int[nodes];
        up = new boolean[nodes];
        Arrays.fill(slots, slotsPerNode);
        Arrays.fill(memory, memoryPerNode);
        Arrays.fill(gpus, gpusPerNode);
        Arrays.fill(up, true);
        freeSlots = nodes * slotsPerNode;
    }

    private FreeResources(FreeResources other) {
        slotsPerNode = other.slotsPerNode;
        memoryPerNode = other.memoryPerNode;
        gpusPerNode = other.gpusPerNode;
        slots = other.slots.clone();
        memory = other.memory.clone();
        gpus = other.gpus.clone();
        up = other.up.clone();
        freeSlots = other.freeSlots;
    }

    FreeResources copy() {
        return new FreeResources(this);
    }

    int nodes() {
        return slots.length;
    }

    /** Whether a node may be given to jobs. What it had free stays free for when it is up again. */
    void setUp(int node, boolean isUp) {
        if (up[node] != isUp) {
            up[node] = isUp;
            freeSlots += isUp ? slots[node] : -slots[node];
        }
    }

    boolean isUp(int node) {
        return up[node];
    }

    /** Whether no job can start, whatever it asks for. */
    boolean isFull() {
        return freeSlots <= 0;
    }

    /** Whether the node has more jobs than it should for now, as an end is not known here yet. */
    boolean isOverfull(int node) {
        return slots[node] < 0;
    }

    int usedSlots(int node) {
        return slotsPerNode - slots[node];
    }

    long usedMemory(int node) {
        return memoryPerNode - memory[node];
    }

    int usedGpus(int node) {
        return gpusPerNode - gpus[node];
    }

    /** The first nodes that can take the job now, its tasks spread evenly over them. */
    Optional<Placement> place(WaitingJob job) {
        int count = job.nodes();
        if (count > slots.length) {
            return Optional.empty();
        }
        int most = (job.tasks() + count - 1) / count;
        int larger = job.tasks() - (most - 1) * count;
        int[] chosen = new int[count];
        int[] tasks = new int[count];
        int first = 0;
        int second = larger;
        for (int node = 0; node < slots.length && (first < larger || second < count); node++) {
            if (first < larger && holds(node, job, most)) {
                chosen[first] = node;
                tasks[first++] = most;
            } else if (second < count && holds(node, job, most - 1)) {
                chosen[second] = node;
                tasks[second++] = most - 1;
            }
        }
        return first == larger && second == count ? Optional.of(new Placement(chosen, tasks)) : Optional.empty();
    }

    private boolean holds(int node, WaitingJob job, int tasks) {
        return up[node]
                && slots[node] >= (long) tasks * job.cpusPerTask()
                && memory[node] >= job.memoryPerNode()
                && gpus[node] >= job.gpusPerNode()
                && (!job.exclusive() || slots[node] == slotsPerNode);
    }

    /** Whether the job could be put exactly there now. */
    boolean holds(WaitingJob job, Placement placement) {
        for (int i = 0; i < placement.size(); i++) {
            if (!holds(placement.node(i), job, placement.tasks(i))) {
                return false;
            }
        }
        return true;
    }

    void take(WaitingJob job, Placement placement) {
        change(job, placement, -1);
    }

    void give(WaitingJob job, Placement placement) {
        change(job, placement, 1);
    }

    private void change(WaitingJob job, Placement placement, int sign) {
        for (int i = 0; i < placement.size(); i++) {
            int node = placement.node(i);
            int used = sign * (job.exclusive() ? slotsPerNode : placement.tasks(i) * job.cpusPerTask());
            slots[node] += used;
            freeSlots += up[node] ? used : 0;
            memory[node] += sign * (job.exclusive() ? memoryPerNode : job.memoryPerNode());
            gpus[node] += sign * (job.exclusive() ? gpusPerNode : job.gpusPerNode());
        }
    }
}
