package io.hpc4j.local;

import java.util.stream.IntStream;

/** Which nodes a job gets, by their indexes, and how many of its tasks go to each. Not to be changed. */
final class Placement {

    private final int[] nodes;
    private final int[] tasks;

    Placement(int[] nodes, int[] tasks) {
        this.nodes = nodes;
        this.tasks = tasks;
    }

    /** The number of nodes. */
    int size() {
        return nodes.length;
    }

    /** The index of the {@code i}-th node of the job. */
    int node(int i) {
        return nodes[i];
    }

    /** The number of tasks on the {@code i}-th node of the job. */
    int tasks(int i) {
        return tasks[i];
    }

    boolean uses(int node) {
        return IntStream.of(nodes).anyMatch(n -> n == node);
    }

    /** Node and tasks of each, {@code 0:2,1:1}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < nodes.length; i++) {
            text.append(i == 0 ? "" : ",").append(nodes[i]).append(':').append(tasks[i]);
        }
        return text.toString();
    }
}
