# Builds luatorch: the tensor library, the th command, the CUDA library, and runs the tests.
# `make help` lists the targets. Everything that is built lies under $(B), bin/ and in lua/*/cdef.lua.

# --- switches: make NAME=value ---------------------------------------------------------------
CC      ?= cc
CXX     ?= c++
NVCC    ?= $(firstword $(shell command -v nvcc 2>/dev/null) /usr/local/cuda/bin/nvcc)
OPT     ?= -O3 -g1
EXTRA   ?=
B       ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
LUADIR  ?= $(PREFIX)/share/lua/5.1
LIBDIR  ?= $(PREFIX)/lib/lua/5.1
BINDIR  ?= $(PREFIX)/bin
DOCDIR  ?= $(PREFIX)/share/doc/luatorch
TREE    ?= build/tree
# The OpenMP build of OpenBLAS (BLAS and LAPACK) shares one thread pool with our kernels. Debian
# keeps it in a folder of its own, whichever build the system's default is.
BLAS_DIR ?= $(wildcard /usr/lib/$(shell $(CC) -print-multiarch)/openblas-openmp)
BLAS     ?= $(if $(BLAS_DIR),-L$(BLAS_DIR) -Wl$(comma)-rpath$(comma)$(BLAS_DIR)) -lopenblas

# --- instruction sets: every csrc/cpu file is compiled once for each ---------------------------
FLAGS_base   :=
FLAGS_avx2   := -mavx2 -mfma -mf16c
FLAGS_avx512 := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mf16c -mprefer-vector-width=512
ISAS := base $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),avx2 avx512)
# Loops that memory bounds: shorter vectors cross fewer cache lines where rows are not aligned.
NARROW := elementwise_binary elementwise_compare
NARROW_avx512 := -mprefer-vector-width=256
# Loops start at a cache line: short ones run up to twice as fast.
FLAGS_kernels := -falign-loops=64
# Kernels whose results are the same bits on every instruction set: no fused multiply-add there.
NOCONTRACT := elementwise% reduce% copy% index% sort% scan% shape% random% histogram% fill% image%

# --- flags --------------------------------------------------------------------------------------
comma    := ,
WARN     := -Wall -Wextra -Werror
HAVE_ISA := $(if $(filter avx2,$(ISAS)),-DLT_HAVE_AVX2) $(if $(filter avx512,$(ISAS)),-DLT_HAVE_AVX512)
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE -Icsrc $(HAVE_ISA) $(WARN) $(OPT) -fvisibility=hidden -fPIC \
             -fopenmp -fno-math-errno -fno-trapping-math -fwrapv -MMD -MP $(DEFS) $(EXTRA)
NVCC_FLAGS = -std=c++17 -O3 -Icsrc $(CUDA_ARCH) $(DEFS) -Werror=all-warnings \
             -Xcompiler=-fPIC,-fvisibility=hidden,-Wall,-Wextra -MMD -MP
EMU_FLAGS = -std=c++17 -O1 -g1 $(DEFS) -Itests/emulation -Icsrc $(WARN) -Wno-unused-function -Wno-unknown-pragmas -Wno-clobbered -fPIC \
            -fvisibility=hidden -ffp-contract=off -fno-math-errno -fwrapv -MMD -MP
LUAJIT_CFLAGS = $(shell pkg-config --cflags luajit)
LUAJIT_LIBS   = $(shell pkg-config --libs luajit)
CUDA_ARCH ?= -gencode arch=compute_80,code=sm_80 -gencode arch=compute_90,code=sm_90 \
             -gencode arch=compute_90,code=compute_90

# --- files --------------------------------------------------------------------------------------
HEADERS := $(wildcard csrc/luatorch.h csrc/*.def)
IMAGE_OBJ := $(patsubst csrc/%.c,$(B)/%.o,$(wildcard csrc/image/*.c))
OBJ     := $(patsubst csrc/%.c,$(B)/%.o,$(wildcard csrc/core/*.c csrc/ops/*.c)) \
           $(foreach isa,$(ISAS),$(patsubst csrc/cpu/%.c,$(B)/cpu-$(isa)/%.o,$(wildcard csrc/cpu/*.c)))
TH_OBJ  := $(patsubst csrc/%.c,$(B)/%.o,$(wildcard csrc/th/*.c))
THREADS_OBJ := $(patsubst csrc/%.c,$(B)/%.o,$(wildcard csrc/threads/*.c))
CU_OBJ  := $(patsubst csrc/%.cu,$(B)/%.o,$(wildcard csrc/cuda/*.cu))
CTESTS  := $(patsubst tests/c/%.c,$(B)/tests/%,$(wildcard tests/c/*.c))
C_FILES  = $(shell find csrc tests -name '*.[ch]' -o -name '*.cu' -o -name '*.cuh')
CDEFS   := lua/torch/cdef.lua lua/threads/cdef.lua lua/image/cdef.lua lua/cutorch/cdef.lua
LUA      = $(sort $(shell find lua -name '*.lua') $(CDEFS))
DOC      = $(wildcard README.md LICENSE CHANGELOG.md docs/*.md) $(shell find examples -type f ! -name '*.t7')
LIB     := $(B)/libluatorch.so
THREADSLIB := $(B)/libluatorch_threads.so
CUDALIB := $(B)/libluatorch_cuda.so
# The codecs of package image, built where the headers of libpng and libjpeg are installed.
IMAGELIB := $(if $(shell printf '%s\n' '\#include <stdio.h>' '\#include <png.h>' '\#include <jpeglib.h>' \
  | $(CC) $(CPPFLAGS) -E -o /dev/null - 2>/dev/null && echo yes),$(B)/libluatorch_image.so)
# The CUDA kernels compiled for the host, under tests/emulation: they run in tests without a GPU.
EMU_OBJ := $(patsubst csrc/%.cu,$(B)/emulated/%.o,$(wildcard csrc/cuda/*.cu)) \
           $(patsubst tests/emulation/%.cc,$(B)/emulated/%.o,$(wildcard tests/emulation/*.cc))
EMULIB  := $(B)/emulated/libluatorch_cuda.so
EMUPEER := $(B)/emulated/libnccl.so.2 $(B)/emulated/libcudnn.so.9
# A test build has its own th beside the usual one: th finds its Lua files relative to itself.
TH      := bin/th$(patsubst build/%,-%,$(filter-out build,$(B)))
# Targets that set the machine up build with all cores, unless -j was given.
SUBMAKE  = +$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
Q       := $(if $(V),,@)
say      = $(if $(V),,@printf '%-6s %s\n' '$(1)' '$(2)')

.PHONY: all cuda emulated test check check-cuda sanitize asan hard fuzz fuzz-guided lint format bench bench-gpu docs mnist rock rocks setup install uninstall \
        install-cuda uninstall-cuda clean help
all: $(LIB) $(THREADSLIB) $(IMAGELIB) $(CDEFS) $(if $(TH_OBJ),$(TH)) ## the libraries and bin/th (default)
cuda: $(CUDALIB) ## the CUDA library
emulated: $(EMULIB) $(EMUPEER) ## the CUDA library for the host, for tests without a GPU

# --- building -----------------------------------------------------------------------------------
$(LIB): $(OBJ)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -shared -Wl,-z,defs,-z,nodelete,-soname,libluatorch.so -fopenmp $(EXTRA) $(LDFLAGS) -o $@ $^ $(BLAS) -lm

# Lua's functions are those of the process that loads it.
$(THREADSLIB): $(THREADS_OBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -Wl,-z,nodelete,-soname,$(@F),-rpath,'$$ORIGIN' -fopenmp $(EXTRA) $(LDFLAGS) \
	  -o $@ $(THREADS_OBJ) -L$(B) -lluatorch

$(IMAGELIB): $(IMAGE_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -Wl,-z,defs,-soname,libluatorch_image.so $(EXTRA) $(LDFLAGS) -o $@ $^ -lpng16 -ljpeg

$(TH): $(TH_OBJ)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(EXTRA) $(LDFLAGS) -Wl,-E -o $@ $^ $(LUAJIT_LIBS) -lm -ldl

$(EMULIB): $(EMU_OBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CXX) -shared -Wl,-z,defs,-z,nodelete -Wl,-rpath,'$$ORIGIN/..' $(EXTRA) $(LDFLAGS) -o $@ $(EMU_OBJ) -L$(B) -lluatorch

$(B)/emulated/libnccl.so.2: tests/emulation/nccl/nccl.cc
$(B)/emulated/libcudnn.so.9: tests/emulation/cudnn/cudnn.cc
$(EMUPEER): $(EMULIB)
	$(call say,CXX,$(filter %.cc,$^))
	$(Q)$(CXX) $(EMU_FLAGS) $(EXTRA) -shared -Wl,-z,defs,-soname,$(@F),-rpath,'$$ORIGIN' $(LDFLAGS) \
	  -o $@ $(filter %.cc,$^) -L$(@D) -l:$(notdir $(EMULIB)) -L$(B) -lluatorch

$(CUDALIB): $(CU_OBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(NVCC) -shared $(CUDA_ARCH) -Xlinker=-z,defs,-z,nodelete,-rpath,'$$ORIGIN' -o $@ $(CU_OBJ) -L$(B) -lluatorch -lcublas -lcublasLt

compile = $(Q)mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) $(1) -c -o $@ $<

$(B)/core/%.o $(B)/ops/%.o: FLAGS = -ffp-contract=off
$(B)/th/%.o $(B)/threads/%.o: FLAGS = $(LUAJIT_CFLAGS)
$(B)/%.o: csrc/%.c Makefile
	$(call say,CC,$<)
	$(call compile,$(FLAGS))

define isa_rule
$(B)/cpu-$(1)/%.o: csrc/cpu/%.c Makefile
	$$(call say,CC,$$< ($(1)))
	$$(call compile,-DLT_ISA=$(1) $$(FLAGS_$(1)) $$(FLAGS_kernels) \
	  $$(if $$(filter $$(NARROW),$$*),$$(NARROW_$(1))) \
	  -ffp-contract=$$(if $$(filter $$(NOCONTRACT),$$*),off,fast))
endef
$(foreach isa,$(ISAS),$(eval $(call isa_rule,$(isa))))

emulated = $(Q)mkdir -p $(@D) && $(CXX) $(EMU_FLAGS) $(EXTRA) -c -o $@ -x c++ $<
$(B)/emulated/%.o: csrc/%.cu Makefile
	$(call say,CXX,$<)
	$(emulated)
$(B)/emulated/%.o: tests/emulation/%.cc Makefile
	$(call say,CXX,$<)
	$(emulated)

$(B)/%.o: csrc/%.cu Makefile
	$(call say,NVCC,$<)
	$(Q)mkdir -p $(@D) && $(NVCC) $(NVCC_FLAGS) -c -o $@ $<

# The FFI declarations are the preprocessed headers. Their hash is compiled into the library, which
# refuses Lua files of another build.
hash_of = -DLT_CDEF_HASH='"$(shell sed -n "s/^return {hash = '\(.*\)'.*/\1/p" $(1))"'
$(B)/core/backend.o: DEFS = $(call hash_of,lua/torch/cdef.lua)
$(B)/core/backend.o: lua/torch/cdef.lua
$(B)/threads/object.o: DEFS = $(call hash_of,lua/threads/cdef.lua)
$(B)/threads/object.o: lua/threads/cdef.lua
$(B)/image/common.o: DEFS = $(call hash_of,lua/image/cdef.lua)
$(B)/image/common.o: lua/image/cdef.lua
$(B)/cuda/device.o $(B)/emulated/cuda/device.o: DEFS = $(call hash_of,lua/cutorch/cdef.lua)
$(B)/cuda/device.o $(B)/emulated/cuda/device.o: lua/cutorch/cdef.lua

lua/torch/cdef.lua: csrc/luatorch.h $(HEADERS) Makefile
lua/threads/cdef.lua: csrc/threads/threads.h csrc/threads/tds.h Makefile
lua/image/cdef.lua: csrc/image/image.h Makefile
lua/cutorch/cdef.lua: csrc/cuda/luatorch_cuda.h csrc/luatorch.h Makefile
$(CDEFS):
	$(call say,CDEF,$@)
	$(Q)mkdir -p $(@D) && $(CC) -E -P -DLT_CDEF -Icsrc $< > $@.txt
	$(Q){ echo "return {hash = '$$(sha1sum < $@.txt | cut -c1-16)', text = [==["; cat $@.txt; echo ']==]}'; } > $@.tmp
	$(Q)rm $@.txt && mv $@.tmp $@

$(B)/tests/%: tests/c/%.c $(OBJ) $(THREADS_OBJ)
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -MF $@.d -o $@ $< $(OBJ) \
	  $(if $(findstring shared_test,$@),$(THREADS_OBJ) $(LUAJIT_LIBS)) $(LDFLAGS) $(BLAS) -lm

$(B)/limits: tests/bench/limits.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS_ALL) -march=native -ffp-contract=fast -o $@ $< $(LDFLAGS) $(BLAS) -lm

# --- running ------------------------------------------------------------------------------------
setup: ## install what is missing for building, testing, linting and packaging (apt-get)
	@scripts/setup build test lint rocks

mnist: ## set up, build, and train a convolutional network on MNIST (ARGS=...)
	@scripts/setup build
	@$(SUBMAKE) all
	@bin/th examples/mnist/train.lua $(ARGS)

test: ## set up, build, and run every test (FILES=... FILTER=... for some)
	@scripts/setup build test
	@$(SUBMAKE) check

check: all $(CTESTS) # the tests of the build in B, without set-up
	@LUATORCH_BUILD=$(B) scripts/test

check-cuda: all $(EMULIB) $(EMUPEER) ## the tests of the CUDA kernels, on the CPU under emulation
	@LUATORCH_CUDA=$(dir $(EMULIB)) LUATORCH_BUILD=$(B) FILES=tests/cuda scripts/test
	@LUATORCH_CUDA=$(dir $(EMULIB)) LUATORCH_BUILD=$(B) LT_TEST_DEVICE=cuda scripts/test

sanitize: all $(CUDALIB) ## the tests of the CUDA kernels on a GPU under compute-sanitizer (FILES= TOOLS=)
	@LUATORCH_BUILD=$(B) scripts/sanitize

asan: export PRELOAD = $(shell $(CC) -print-file-name=libasan.so)
asan: export ASAN_OPTIONS = detect_leaks=0:allocator_may_return_null=1
asan: export UBSAN_OPTIONS = print_stacktrace=1
asan: ## the tests under the address and undefined-behaviour sanitizers
	@scripts/setup build test
	@$(SUBMAKE) B=build/asan OPT='-O1 -g' \
	  EXTRA='-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer' check

hard: ## the tests with tiny thread grain, no block cache, poisoned memory, failing allocations
	@scripts/setup build test
	@$(SUBMAKE) B=build/hard EXTRA=-DLT_HARD check

fuzz: all ## a million damaged files for each reader (ARGS='COUNT SEED FORMAT')
	@LUATORCH_BUILD=$(B) luajit tests/fuzz/readers.lua $(ARGS)

fuzz-guided: all ## libFuzzer on one reader, guided by the lines it runs (FORMAT=.npy RUNS= SEED=)
	@mkdir -p '$(B)/fuzz/$(FORMAT)'
	@clang -std=c11 -Wall -Wextra -Werror -O1 -fsanitize=fuzzer $(LUAJIT_CFLAGS) \
	  tests/fuzz/guided.c -o $(B)/fuzz/guided $(LUAJIT_LIBS)
	@LUATORCH_BUILD=$(B) FORMAT='$(FORMAT)' CORPUS='$(B)/fuzz/$(FORMAT)' $(B)/fuzz/guided \
	  -runs=$(or $(RUNS),1000000) -seed=$(or $(SEED),1) -max_len=8192 -artifact_prefix='$(B)/fuzz/' \
	  '$(B)/fuzz/$(FORMAT)'

bench: all $(B)/limits ## timings against the machine's limits and peers (FILTER= ROUNDS= TIME=)
	@$(TH) tests/bench/run.lua $(TH) $(B)/limits

bench-gpu: all $(if $(wildcard $(NVCC)),$(CUDALIB)) ## timings on a GPU beside PyTorch's (FILTER= ROUNDS= TIME=)
	@$(TH) tests/bench/run.lua $(TH) gpu

docs: all ## generate docs/ops.md and docs/nn.md from what they describe
	@bin/th scripts/docs.lua
	@bin/th scripts/nndocs.lua

lint: ## luacheck, clang-format, and the rules of the tree
	@scripts/setup build lint
	@status=0; luacheck -q . || status=1; \
	  clang-format --dry-run -Werror $(C_FILES) || status=1; \
	  luajit -joff scripts/lint.lua || status=1; exit $$status

format: ## lay out the C files
	clang-format -i $(C_FILES)

# --- installing ---------------------------------------------------------------------------------
install: all ## install under PREFIX (/usr/local); DESTDIR stages
	@{ echo '755 bin/th $(BINDIR)/th'; echo '755 $(LIB) $(LIBDIR)/libluatorch.so'; \
	  echo '755 $(THREADSLIB) $(LIBDIR)/libluatorch_threads.so'; \
	  $(if $(IMAGELIB),echo '755 $(IMAGELIB) $(LIBDIR)/libluatorch_image.so';) \
	  $(foreach f,$(LUA),echo '644 $(f) $(LUADIR)/$(f:lua/%=%)';) \
	  $(foreach f,$(DOC),echo '644 $(f) $(DOCDIR)/$(f)';) \
	  } | DESTDIR='$(DESTDIR)' scripts/install put '$(DOCDIR)/manifest'

install-cuda: cuda ## the CUDA library, beside an installed luatorch
	@echo '755 $(CUDALIB) $(LIBDIR)/libluatorch_cuda.so' \
	  | DESTDIR='$(DESTDIR)' scripts/install put '$(DOCDIR)-cuda/manifest'

uninstall: ## remove exactly what install put there
	@DESTDIR='$(DESTDIR)' scripts/install remove '$(DOCDIR)/manifest'

uninstall-cuda:
	@DESTDIR='$(DESTDIR)' scripts/install remove '$(DOCDIR)-cuda/manifest'

rocks: ## install as rocks into TREE: luatorch, and a rock for each package's name
	@scripts/setup build rocks
	@scripts/rocks '$(TREE)'

rock: # what LuaRocks builds, with all cores
	@$(SUBMAKE) all

clean: ## remove everything that was built
	rm -rf build bin $(CDEFS)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

-include $(OBJ:.o=.d) $(IMAGE_OBJ:.o=.d) $(TH_OBJ:.o=.d) $(THREADS_OBJ:.o=.d) $(CU_OBJ:.o=.d) $(EMU_OBJ:.o=.d) $(CTESTS:=.d)
