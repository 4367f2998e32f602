package io.hpc4j.local;

/** Numbers of signals, which on Linux are the same everywhere that this runs. */
final class Signals {

    static final int CONTINUE = 18;
    static final int STOP = 19;

    private Signals() {}
}
