package dev.dotori.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What figures depend on. */
public final class Machine {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Machine() {}

  /** Of this moment: the load average tells whether the machine had something else to do. */
  public static Map<String, Object> description() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("processor", processor());
    machine.put("memoryMiB", SYSTEM.getTotalMemorySize() >> 20);
    machine.put("system", SYSTEM.getName() + " " + SYSTEM.getVersion());
    machine.put("java", Runtime.version().toString());
    machine.put("loadAverageBefore", Math.round(10 * SYSTEM.getSystemLoadAverage()) / 10.0);
    return machine;
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(SYSTEM.getArch());
    } catch (IOException notLinux) {
      return SYSTEM.getArch();
    }
  }
}
