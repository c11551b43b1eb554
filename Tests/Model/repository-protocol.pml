/* The storage protocol of a backup repository (docs/architecture.md, section 3), for spin 6.5. `run` beside this file
 * builds and checks all of it.
 *
 * Two protocols are here. With -DCODE, what this program does: no deletion waits for others, nothing is repacked, a lease
 * ends with its process, and a sweep needs to be alone. Without, the whole design, which the code grows into: repacking,
 * leases that lapse, remote stores whose lists are late.
 *
 *   -DCODE                     two writers (one may be killed anywhere), one deletion's prune, two deletions
 *   -DCODE -DNW=1 -DNPR=2      one writer, two that prune and merge at the same time: 1.8 M states
 *   -DCODE -DROT -DNW=1 -DNPR=2    the same, and a chunk goes bad, is quarantined and healed: 13 M
 *   (nothing)                  two writers, one prune, two deletions: 2.4 M states
 *   -DSTALE -DNW=1             a remote whose lists may miss what is new: 1.3 M
 *   -DROT -DNW=1               a chunk of the first pack goes bad and is healed: 0.2 M
 *   -DNW=1 -DNRESTART=2        writers and prunes that start again: 5.7 M
 *   -DFENCE                    how a lease is ended: 2,832
 *   -DSALVAGE                  the .part of a dead owner: 707
 * Too large to finish in five minutes; sample them: gcc -O2 -DSAFETY -DBITSTATE; ./pan -m20000 -w34 -k3 -Q4
 *   -DNPR=2 -DNPK=5 -DNSG=6 -DNTB=3 -DNLS=6 -DNRESTART=1    (155 M seen, no error)
 *   -DSTALE -DNW=1 -DNPR=2                                  (78 M seen, no error)
 * A mutant (-DNAME) takes one rule away; each must FAIL, which is the test of the test:
 *   with -DCODE: LEAFBLIND, CROWDED (a sweep that does not look who else works), RECORDSLATE (records before leases);
 *               with -DNW=1 -DNPR=2 as well: those two, SEGFIRST (segments are read before tombstones), INDEXFIRST (a
 *               segment is written before its pack), ACQUIT (a tombstone goes because its packs are needed), DROPFREE
 *               (one goes while others work), MERGEDROP (a merge drops what is condemned and there); with -DROT: QDROP
 *               (a quarantine is lifted unread)
 *   main part:  NOFENCE, LEAFBLIND; with -DNW=1 -DNPR=2: SEGFIRST, INDEXFIRST, NEWONLY, ACQUIT, DROPFREE, MERGEDROP;
 *               with -DSTALE -DNW=1: NOSETTLE; with -DSTALE -DNW=0 -DNPR=2: GONEFRESH, FORGETOWN; with -DROT -DNW=1: QDROP
 *   FENCE:      NOCHECK, TMPFIRST, NOWAIT, TRUSTMARK       SALVAGE: NORECHECK; with ENDBYHEART: LOCKLATE, OWNERNOLOCK
 * A counterexample in words: ./pan -m20000; spin -t -p -g (same -D) repository-protocol.pml
 *
 * Abstractions. One chunk: whatever a prune decides about a pack, it decides once for each chunk, so each run
 * of the protocol looks, from one chunk, like a run of this model (a map page is a chunk too). Each storage
 * operation is one atomic step, any step of any process may come between two others; a process that stops for
 * ever is one that is killed, one that stops for long is one that is paused. No clock: a lease may be found
 * lapsed at ANY moment, so expiry, pauses and clock jumps are all inside. "Older than" is the set of leases
 * open at an event. With STALE, time is ticks: what was made in this tick or the one before may be missing
 * from a list, and a wait "for an hour" is two ticks.                                                     */

#if !defined(FENCE) && !defined(SALVAGE)
#ifndef NW
#define NW 2            /* writers */
#endif
#ifndef NPR
#define NPR 1           /* prunes */
#endif
#ifndef NPK
#define NPK 4           /* packs ever made */
#endif
#ifndef NSG
#define NSG 5           /* segments ever made */
#endif
#ifndef NTB
#define NTB 2           /* tombstones ever made */
#endif
#ifndef NLS
#define NLS 5           /* leases ever taken */
#endif
#ifndef NDEL
#define NDEL 2          /* snapshots deleted */
#endif
#ifndef NRESTART
#define NRESTART 0      /* fresh starts after a kill or a lost lease */
#endif
#define B(i) (1<<(i))
#define LOW(m) ((m) & (256-(m)))

/* ---- the repository (masks) ---- */
byte pk = 1;  byte npk = 1;                /* packs that exist; all hold the chunk */
byte sg[NSG+2]; byte sgx = 1; byte nsg = 1;/* segments: packs they name; which exist */
byte tb[NTB+1]; byte tbx = 0; byte ntb = 0;/* condemned: packs; which exist */
byte tw[NTB+1];                            /* leases that a tombstone waits for */
byte lo = 0;  byte nls = 0;                /* leases open */
byte rc = 1;                               /* records: bit 0 = old snapshot, bit w+1 = writer w's */
byte restarts = NRESTART;
byte bad = 0, qr = 0, healed = 0;          /* ROT: bad copies; quarantined locations; records made after */
#ifdef NEWONLY
byte sn[NTB+1];
#endif

#ifdef STALE                               /* made (ended) in this tick, in the one before */
byte s1,s2,t1,t2,r1,r2,e1,e2,l1,l2,g1,g2;  /* segments, tombstones, records, leases ended, leases, packs gone */
#define HS (s1|s2)
#define HT (t1|t2)
#define HR (r1|r2)
#define HE (e1|e2)
#define HL (l1|l2)
#ifdef GONEFRESH
#define HG 0
#else
#define HG (g1|g2)
#endif
#else
#define HS 0
#define HT 0
#define HR 0
#define HE 0
#define HL 0
#define HG 0
#endif

/* ---- rules, and the mutants without them ---- */
#ifdef NOFENCE
#define MINE 1
#else
#define MINE (lo & l)                      /* nothing is published under an ended lease: see FENCE */
#endif
#ifdef LEAFBLIND
#define LEAFOK par
#else
#define LEAFOK (par && (cond == 0 || (named & ~cond)))
#endif
#ifdef NOSETTLE
#define SETTLED 1
#else
#define SETTLED (!(tw[t] & HE))
#endif
#ifdef CODE
#ifdef CROWDED
#define SWEEPOK (tbx & B(t))
#else
#define SWEEPOK ((lo & ~l) == 0 && (tbx & B(t)))         /* alone: Deletion.sweep */
#endif
#define MAYDIE if :: goto lost :: skip fi                 /* kill -9: the kernel ends the lease */
#else
#define MAYDIE skip
#define SWEEPOK (!(tw[t] & ~l & lo) && SETTLED && !(HT & B(t)) && (tbx & B(t)))
#endif
#ifdef DROPFREE
#define DROPOK (tbx != 0)
#else
#define DROPOK (tbx != 0 && ((lo|HE) & ~l & ~HL) == 0)   /* a list of leases may miss new ones: HL */
#endif

/* ---- invariants, after each step that could break them ---- */
inline CHECK() { d_step {
  nm = 0; x = 0; do :: x < NSG+2 -> if :: sgx & B(x) -> nm = nm | sg[x] :: else fi; x++ :: else -> break od;
  cd = 0; x = 0; do :: x < NTB+1 -> if :: tbx & B(x) -> cd = cd | tb[x] :: else fi; x++ :: else -> break od;
  assert(rc == 0 || (nm & pk));                         /* (1) (2): a record resolves, through the index */
  assert(!(rc & healed) || (nm & pk & ~bad));           /* a healed chunk stays healed */
  assert((nm & ~pk & ~cd) == 0);                        /* (5): tombstones outlive the segments */
  nm = 0; cd = 0; x = 0 }
}
inline LIST(dst, ex, hid) { dst = ex; y = ex & hid;     /* may miss what is hidden */
  do :: y -> x = LOW(y); y = y & ~x; if :: dst = dst & ~x :: skip fi :: else -> break od; x = 0; y = 0 }
inline LTOMB(dst) { atomic { LIST(v,tbx,HT); d_step { dst = qr; x = 0;      /* condemned and quarantine */
  do :: x < NTB -> if :: v & B(x) -> dst = dst | tb[x] :: else fi; x++ :: else -> break od; x = 0; v = 0 } } }
inline LSEG(dst) { atomic { LIST(v,sgx,HS); d_step { dst = 0; x = 0;
  do :: x < NSG -> if :: v & B(x) -> dst = dst | sg[x] :: else fi; x++ :: else -> break od; x = 0; v = 0 } } }
inline LOAD(cnd, nmd) {
#ifdef SEGFIRST
  LSEG(nmd); LTOMB(cnd)
#else
  LTOMB(cnd); LSEG(nmd)
#endif
}
inline LREC(dst) { atomic { LIST(dst,rc,HR) } }
inline PUTLEASE() { atomic { nls < NLS -> l = B(nls); nls++; lo = lo | l;
#ifdef STALE
  l1 = l1 | l; x = 0; do :: x < NTB -> if :: HT & B(x) -> tw[x] = tw[x] | l :: else fi; x++ :: else -> break od; x = 0;
#endif
  skip } }
inline ENDLEASE(m) {
#ifdef STALE
  e1 = e1 | (lo & (m));
#endif
  lo = lo & ~(m) }
inline PUTSEG(m) { atomic { if :: MINE && nsg < NSG -> sg[nsg] = m; sgx = sgx | B(nsg);
#ifdef STALE
   s1 = s1 | B(nsg);
#endif
   nsg++; CHECK() :: else -> goto lost fi } }
inline PUTPACK() { atomic { if :: MINE && npk < NPK -> q = B(npk); pk = pk | q; npk++ :: else -> goto lost fi } }

proctype Writer(byte me) {
  byte l, cond, named, q, par, x, y, v, nm, cd; bool hq;
again:
  PUTLEASE();
  hq = (qr != 0);
  LOAD(cond, named);                       /* condemned and quarantine, then segments */
  LREC(par);
  MAYDIE;
  if
  :: (named & ~cond) -> skip               /* found in the index */
  :: LEAFOK -> skip                        /* kept from the map of the record before: BackupRun+Changes */
#ifdef INDEXFIRST
  :: else -> q = B(npk); PUTSEG(q); MAYDIE; PUTPACK()
#else
  :: else -> PUTPACK(); MAYDIE; PUTSEG(q)  /* absent: stored */
#endif
  fi;
  MAYDIE;
  atomic { cond = 0; named = 0; q = 0; par = 0;
    if :: MINE -> rc = rc | B(me+1);       /* the commit */
#ifdef STALE
       r1 = r1 | B(me+1);
#endif
       if :: hq -> healed = healed | B(me+1);
#ifdef QDROP
          qr = 0;                          /* draft: any verified read drops the entry */
#endif
       :: else fi;
       CHECK()
    :: else -> goto lost fi };
lost:
  atomic { ENDLEASE(l); l = 0; cond = 0; named = 0; q = 0; par = 0; hq = 0;
    if :: restarts && !(rc & B(me+1)) && nls < NLS -> restarts--; goto again :: else -> skip fi }
}

proctype Deleter() {
  byte n = NDEL;
  do :: n && rc -> atomic { n--; if :: rc & 1 -> rc = rc & ~1 :: rc & 2 -> rc = rc & ~2 :: rc & 4 -> rc = rc & ~4 :: else -> skip fi }
     :: break od
}

#ifdef ROT
proctype Rot() { if :: atomic { pk & 1 -> bad = 1; qr = 1 } :: skip fi }
#endif

/* any prune may leave any part out, which stands for prunes cut short and repeated */
proctype Pruner() {
  byte l, cond, named, q, live, x, y, v, nm, cd, vic, t, p, m, s, own;
again:
  PUTLEASE();
  /* ---- mark, copy, condemn ---- */
  if :: skip ->
    LOAD(cond, named);
    LREC(live);
    vic = 0;
#ifdef CODE
    if :: !live -> vic = named & ~cond :: else -> skip fi;
#else
    if
    :: !live -> vic = named & ~cond                       /* dead */
    :: live && (named & ~cond) -> atomic { vic = named & ~cond; m = LOW(vic);
         if :: vic = vic & ~m                             /* keep the first copy, condemn the others */
            :: vic != m -> vic = m                        /* or condemn the first of several */
            :: else -> vic = 0 fi; m = 0 }
    :: live && (named & pk & ~bad) -> vic = named & ~cond; PUTPACK(); PUTSEG(q)   /* copy, then condemn; also what a sweep held */
    :: else -> skip
    fi;
#endif
    atomic { if :: vic -> if :: MINE && ntb < NTB -> tb[ntb] = vic; tbx = tbx | B(ntb); tw[ntb] = lo & ~l;
#ifdef NEWONLY
         sn[ntb] = live;
#endif
#ifdef STALE
         t1 = t1 | B(ntb);
#endif
         ntb++ :: else -> goto lost fi
       :: else -> skip fi;
       cond = 0; named = 0; q = 0; live = 0; vic = 0 }
  :: skip fi;
  /* ---- sweep one tombstone ---- */
  if :: atomic { tbx -> if :: tbx & 1 -> t = 0 :: tbx & 2 -> t = 1 :: tbx & 4 -> t = 2 fi }
     :: skip -> goto merge fi;
#ifndef CODE
  if :: atomic { (tw[t] & ~l & lo) -> ENDLEASE(tw[t] & ~l) }      /* found lapsed, by right or by a clock that jumped */
     :: skip fi;
#endif
#ifdef RECORDSLATE
  LREC(live);
#endif
  if :: SWEEPOK -> skip :: else -> goto merge fi;                 /* never waits: a later run */
  LOAD(cond, named);
#ifndef RECORDSLATE
  LREC(live);
#endif
  atomic { p = tb[t];
#ifdef NEWONLY
    live = live & ~sn[t];
#endif
#ifdef ACQUIT
    if :: live && !(named & ~cond) -> tbx = tbx & ~B(t); p = 0; CHECK() :: else -> skip fi;
#else
    if :: live && !(named & ~cond) -> p = 0 :: else -> skip fi;   /* only copies are condemned: held, tombstone stays */
#endif
    cond = 0; named = 0; live = 0 };
  do :: p -> atomic { m = LOW(p); p = p & ~m; pk = pk & ~m; qr = qr & ~m;
#ifdef STALE
    g1 = g1 | m;
#endif
    m = 0; CHECK() } :: else -> break od;
merge: t = 0;
  /* ---- merge all segments in sight; packs condemned and gone are dropped ---- */
  if :: skip ->
    LTOMB(cond);
    atomic { LIST(s,sgx,HS); d_step { m = 0; x = 0;
      do :: x < NSG -> if :: s & B(x) -> m = m | sg[x] :: else fi; x++ :: else -> break od; x = 0 } };
#ifdef MERGEDROP
    atomic { m = m & ~cond; cond = 0 };
#else
    atomic { m = m & ~(cond & ~pk); cond = 0 };
#endif
    PUTSEG(m);
    atomic { sgx = sgx & ~s;
#if defined(STALE) && !defined(FORGETOWN)
      own = own | m;                       /* a run knows what it published, listed or not */
#endif
      s = 0; m = 0; CHECK() }
  :: skip fi;
  /* ---- drop a tombstone: packs gone, then no lease but mine, then no segment names them ---- */
  if :: atomic { DROPOK -> if :: tbx & 1 -> t = 0 :: tbx & 2 -> t = 1 :: tbx & 4 -> t = 2 fi;
           if :: tb[t] & (pk|HG) -> goto lost :: else fi };
     LSEG(named);
     atomic { if :: (named | own) & tb[t] -> skip :: else -> tbx = tbx & ~B(t); CHECK() fi }
  :: skip fi;
lost:
  atomic { ENDLEASE(l); l = 0; cond = 0; named = 0; q = 0; live = 0; vic = 0; t = 0; p = 0; m = 0; s = 0; own = 0;
    if :: restarts && nls < NLS -> restarts--; goto again :: else -> skip fi }
}
#ifdef STALE
active proctype Clock() {
end: do :: atomic { (s1|s2|t1|t2|r1|r2|e1|e2|l1|l2|g1|g2) -> s2 = s1; t2 = t1; r2 = r1; e2 = e1; l2 = l1; g2 = g1;
       s1 = 0; t1 = 0; r1 = 0; e1 = 0; l1 = 0; g1 = 0 } od
}
#define REST 2
#else
#define REST 1
#endif

/* (4): wherever the others stopped, prunes that run alone leave no garbage and no tombstone */
init { byte nm, cd, x, k, named, cond;
  atomic { sg[0] = 1;
#if NW > 0
    run Writer(0);
#endif
#if NW > 1
    run Writer(1);
#endif
#if NPR > 0
    run Pruner();
#endif
#if NPR > 1
    run Pruner();
#endif
#ifdef ROT
    run Rot();
#endif
    run Deleter() }
  (_nr_pr == REST);
  d_step {
    lo = 0; k = 0;
    do :: k < 2 ->
      named = 0; x = 0; do :: x < NSG+2 -> if :: sgx & B(x) -> named = named | sg[x] :: else fi; x++ :: else -> break od;
      named = named | pk;                               /* packs in no segment: from their trailers */
      cond = 0; x = 0; do :: x < NTB+1 -> if :: tbx & B(x) -> cond = cond | tb[x] :: else fi; x++ :: else -> break od;
      if :: k == 0 && !rc && (named & ~cond) -> tb[NTB] = named & ~cond; tbx = tbx | B(NTB); cond = cond | named
         :: k == 0 && rc && !(named & ~cond) -> assert(named & pk); pk = pk | B(NPK); named = named | B(NPK)
         :: else fi;
      if :: !rc || (named & ~cond) -> pk = pk & ~cond :: else fi;
      sgx = B(NSG+k); sg[NSG+k] = named & ~(cond & ~pk);
      x = 0; do :: x < NTB+1 -> if :: (tbx & B(x)) && !(tb[x] & pk) -> tbx = tbx & ~B(x) :: else fi; x++ :: else -> break od;
      k++
    :: else -> break od;
    assert(tbx == 0); assert(rc || pk == 0); assert(!rc || pk)
  }
}
#endif

#ifdef FENCE   /* ---- ending a lease: after it, nothing more is published under it ---- */
#define NT 2
bool mark = 0;        /* leases/L.end */
bool mfresh = 0;      /* the mark is under an hour old */
byte tmp = 0;         /* tmp/L-i that exist */
byte fresh = 0;       /* of them, made lately: a list may miss them */
byte pub = 0;
bool ended = 0;       /* a prune counts L as ended */
active proctype Writer() {
  byte i = 0;
  do :: i < NT ->
    atomic { tmp = tmp | (1<<i); fresh = fresh | (1<<i) };         /* write tmp/L-i, sync */
#ifndef NOCHECK
    if :: !mark -> skip :: else -> goto lost fi;                   /* leases/L opens, L.end does not */
#endif
    atomic { if :: tmp & (1<<i) -> assert(!ended); tmp = tmp & ~(1<<i); pub = pub | (1<<i)
             :: else -> goto lost fi };                            /* rename */
    i++
  :: else -> break od;
lost: skip
}
proctype Pruner() {
  byte seen, y, x;
#ifdef TMPFIRST
  atomic { seen = tmp; tmp = tmp & ~seen };
  mark = 1;
#else
#ifdef TRUSTMARK
  if :: mark && !mfresh -> goto out :: else fi;                     /* another prune ended it */
#endif
  atomic { if :: !mark -> mark = 1; mfresh = 1 :: else fi };        /* put leases/L.end */
#ifndef NOWAIT
  !mfresh;                                                          /* remote: an hour; a later run */
#endif
  atomic { seen = tmp; y = tmp & fresh;
    do :: y -> x = y & (256-y); y = y & ~x; if :: seen = seen & ~x :: skip fi :: else -> break od };
  do :: seen -> atomic { x = seen & (256-seen); seen = seen & ~x; tmp = tmp & ~x } :: else -> break od;
#endif
out: ended = 1
}
active proctype Clock() { end: do :: atomic { (fresh || mfresh) -> fresh = 0; mfresh = 0 } od }
init { atomic { run Pruner(); run Pruner() } }
#endif

#ifdef SALVAGE /* ---- one host: an owner, two who would salvage, a prune that ends leases ---- */
byte name = 0;        /* the file is linked as 0 nothing, 1 tmp/L-n.part, 2 packs/ID */
byte lk = 0;          /* who has the OFD lock of the .part: 0 nobody, 1 owner */
bool owriting = 0, lease = 0, llock = 0, trailer = 0;
proctype Owner() {
  atomic { lease = 1; llock = 1 };
#ifdef OWNERNOLOCK
  atomic { name = 1; owriting = 1 };
#elif defined(LOCKLATE)
  atomic { name = 1; owriting = 1 };
  atomic { lk == 0 -> lk = 1 };
#else
  atomic { name = 1; owriting = 1; lk = 1 };                        /* O_TMPFILE, lock, link */
#endif
  if
  :: atomic { assert(name != 2); trailer = 1 };
     atomic { if :: name == 1 -> name = 2 :: else -> skip fi; owriting = 0 };
     atomic { if :: lk == 1 -> lk = 0 :: else -> skip fi };
     atomic { lease = 0; llock = 0 }
  :: atomic { owriting = 0; llock = 0; if :: lk == 1 -> lk = 0 :: else -> skip fi }   /* killed */
  fi
}
proctype Pruner() {
  if
#ifdef ENDBYHEART
  :: lease -> lease = 0
#else
  :: lease && !llock -> lease = 0
#endif
  :: skip fi
}
proctype Salv(byte me) {
  if :: name == 1 && (!lease || !llock) -> skip                     /* owner seems dead; opened by name */
     :: skip -> goto out fi;
  atomic { if :: lk == 0 -> lk = me :: else -> goto out fi };       /* try-lock the .part itself */
#ifndef NORECHECK
  atomic { if :: name == 1 -> skip :: else -> lk = 0; goto out fi };/* is the name still this file? */
#endif
  atomic { assert(!owriting); assert(name != 2); trailer = 1 };     /* (6) */
  if :: atomic { assert(trailer); name = 2 } :: skip fi;            /* or killed */
  lk = 0;
out: skip
}
init { atomic { run Owner(); run Salv(2); run Salv(3); run Pruner() } }
#endif
