package dev.dotori.leadership;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/** Outside of transactions: what is not run begins none. */
@LeaderOnly
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class LeaderOnlyInterceptor {

  private final ElectedLeadership leadership;

  LeaderOnlyInterceptor(ElectedLeadership leadership) {
    this.leadership = leadership;
  }

  @AroundInvoke
  Object invoke(InvocationContext call) throws Exception {
    leadership.runIfLeader(call::proceed);
    return null;
  }
}
